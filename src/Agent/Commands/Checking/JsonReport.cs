using System.Text.Json;
using HealthAgent.Explanation;
using HealthAgent.State;

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
        json.WriteString("name", run.Plan.Name);
        json.WriteString("kind", run.Plan.Kind.Name);
        json.WriteString("tier", run.Plan.Tier.Name());
        if (run.Record is not { } record)
        {
            json.WriteString("outcome", run.Outcome);
            json.WriteString("reason", CheckedRun.Interrupted);
            return;
        }

        RunRecordJson.WriteMembers(json, record);
        if (Hints.For(run) is { Count: > 0 } hints)
        {
            json.WriteTexts("hints", hints);
        }

        json.WriteOptional("runbook", Runbooks.For(run.Plan, record));
        if (run.Explanation is { } explanation)
        {
            json.WritePropertyName("explanation");
            ExplainedRunJson.Write(json, explanation);
        }
    }
}
