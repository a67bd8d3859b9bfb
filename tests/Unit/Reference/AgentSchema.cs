using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;
using Json.Schema;

namespace HealthAgent.Unit.Reference;

/// <summary>The JSON Schema of <c>agent.yaml</c>, and what it refuses of a configuration.</summary>
internal static class AgentSchema
{
    public static readonly string Text = ConfigurationSchema.Of(new KindIndex(CheckKinds.All));
    public static readonly JsonSchema Schema = JsonSchema.FromText(Text);

    public static List<string> ErrorsOf(JsonElement configuration)
    {
        var result = Schema.Evaluate(configuration, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(
                detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).DefaultIfEmpty("invalid")];
    }
}
