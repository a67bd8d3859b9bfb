using System.Text.Json;
using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>One run with its explanation as JSON, for those who had it run: a command or a request.</summary>
internal static class ExplainedOutcomeJson
{
    /// <summary>Writes which check it is, within an object that is open.</summary>
    public static void WriteCheck(Utf8JsonWriter json, CheckPlan plan)
    {
        json.WriteString("name", plan.Name);
        json.WriteString("kind", plan.Kind.Name);
        json.WriteString("tier", plan.Tier.Name());
    }

    /// <summary>Writes the run, within an object that is open.</summary>
    /// <param name="json">The object.</param>
    /// <param name="plan">The check.</param>
    /// <param name="record">Its run.</param>
    /// <param name="explanation">What the run did; null where it was not asked for.</param>
    public static void WriteMembers(Utf8JsonWriter json, CheckPlan plan, RunRecord record, ExplainedRun? explanation)
    {
        WriteCheck(json, plan);
        RunRecordJson.WriteMembers(json, record);
        if (Hints.For(record, explanation) is { Count: > 0 } hints)
        {
            json.WriteTexts("hints", hints);
        }

        json.WriteOptional("runbook", Runbooks.For(plan, record));
        if (explanation is not null)
        {
            json.WritePropertyName("explanation");
            ExplainedRunJson.Write(json, explanation);
        }
    }
}
