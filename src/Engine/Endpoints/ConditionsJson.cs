using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>The conditions that a run was judged by, as JSON.</summary>
internal static class ConditionsJson
{
    /// <summary>Writes each condition with its result and what it saw, as <c>health-agent check</c> prints them.</summary>
    public static void WriteConditions(this Utf8JsonWriter json, RunRecord? run)
    {
        if (run is null || run.Verdict.Conditions.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("conditions");
        foreach (var condition in run.Verdict.Conditions)
        {
            json.WriteStartObject();
            json.WriteString(condition.IsExpectation ? "expect" : "warn", condition.Text);
            json.WriteString("result", condition.Result);
            json.WriteOptional("seen", condition.SeenText);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
