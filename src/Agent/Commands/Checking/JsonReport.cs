using System.Text.Json;
using HealthAgent.Operations;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Runs as JSON: an array of records, each with the check's name and its explanation.</summary>
internal static class JsonReport
{
    /// <summary>The runs, with a line feed at the end.</summary>
    public static string Of(IReadOnlyList<CheckedRun> runs) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var run in runs)
        {
            json.WriteStartObject();
            Write(json, run);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, CheckedRun run)
    {
        if (run.Record is { } record)
        {
            ExplainedOutcomeJson.WriteMembers(json, run.Plan, record, run.Explanation);
            return;
        }

        ExplainedOutcomeJson.WriteCheck(json, run.Plan);
        json.WriteString("outcome", run.Outcome);
        json.WriteString("reason", run.NoOutcome);
    }
}
