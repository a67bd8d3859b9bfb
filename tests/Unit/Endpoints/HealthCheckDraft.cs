using System.Text.Json;
using Json.Schema;

namespace HealthAgent.Unit.Endpoints;

/// <summary>The rules of draft-inadarei-api-health-check-06, "Health Check Response Format for HTTP APIs", as a JSON Schema.</summary>
internal static class HealthCheckDraft
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "required": ["status"],
          "properties": {
            "status": { "$ref": "#/$defs/status" },
            "version": { "type": "string" },
            "releaseId": { "type": "string" },
            "notes": { "type": "array", "items": { "type": "string" } },
            "output": { "type": "string" },
            "serviceId": { "type": "string" },
            "description": { "type": "string" },
            "links": { "$ref": "#/$defs/links" },
            "checks": {
              "type": "object",
              "propertyNames": { "pattern": "^[^:]+:[^:]+$" },
              "additionalProperties": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/entry" } }
            }
          },
          "allOf": [{ "$ref": "#/$defs/outputOnlyInTrouble" }],
          "$defs": {
            "status": { "enum": ["pass", "fail", "warn"] },
            "links": { "type": "object", "additionalProperties": { "type": "string", "format": "uri-reference" } },
            "outputOnlyInTrouble": {
              "if": { "properties": { "status": { "const": "pass" } }, "required": ["status"] },
              "then": { "not": { "required": ["output"] } }
            },
            "entry": {
              "type": "object",
              "required": ["componentId", "componentType", "status"],
              "properties": {
                "componentId": { "type": "string" },
                "componentType": { "enum": ["component", "datastore", "system"] },
                "observedUnit": { "enum": ["ms", "s", "percent", "By"] },
                "status": { "$ref": "#/$defs/status" },
                "affectedEndpoints": { "type": "array", "minItems": 1, "items": { "type": "string", "format": "uri-template" } },
                "time": { "type": "string", "format": "date-time" },
                "output": { "type": "string" },
                "links": { "$ref": "#/$defs/links" }
              },
              "dependentRequired": { "observedUnit": ["observedValue"], "observedValue": ["time"] },
              "allOf": [{ "$ref": "#/$defs/outputOnlyInTrouble" }]
            }
          }
        }
        """,
        new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    /// <summary>What an answer has that the draft does not allow, or lacks.</summary>
    public static IReadOnlyList<string> Violations(JsonElement answer)
    {
        var evaluated = Schema.Evaluate(
            answer, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return evaluated.IsValid
            ? []
            : ["it is not valid", .. evaluated.Details!.Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];
    }
}
