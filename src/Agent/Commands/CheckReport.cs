using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary>What <c>check</c> prints: the record of each run, phase by phase and with each condition, for people or programs.</summary>
internal static class CheckReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The records for people.</summary>
    public static string Text(IReadOnlyList<CheckPlan> plans, IReadOnlyList<RunRecord> records)
    {
        var text = new StringBuilder();
        for (var i = 0; i < plans.Count; i++)
        {
            Write(text, plans[i], records[i]);
        }

        return text.ToString();
    }

    /// <summary>The records as a JSON array, each with the name of its check.</summary>
    public static string Json(IReadOnlyList<CheckPlan> plans, IReadOnlyList<RunRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartArray();
            for (var i = 0; i < plans.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", plans[i].Name);
                RunRecordJson.WriteMembers(json, records[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(StringBuilder text, CheckPlan plan, RunRecord run)
    {
        var error = run.ErrorType is { } type ? $" ({type.Name()})" : "";
        Line(text, $"{plan.Name}: {run.Result.Name()} in {Units.Format(run.Duration)}{error}");
        if (run.Reason is { } reason)
        {
            Line(text, $"  reason: {reason}");
        }

        if (plan.DependsOn.Count > 0)
        {
            Line(text, $"  dependsOn is ignored here: {string.Join(", ", plan.DependsOn)}");
        }

        WriteValues(text, "phases", run, static meaning => meaning == ObservationMeaning.Phase);
        WriteValues(text, "observed", run, static meaning => meaning is not (ObservationMeaning.Phase or ObservationMeaning.Latency));
        if (run.Verdict.Conditions.IsEmpty && plan.Conditions.Expect.Count + plan.Conditions.Warn.Count > 0)
        {
            Line(text, $"  conditions: not evaluated, since the run failed before");
        }

        WriteConditions(text, "expect", run.Verdict.Conditions.Where(condition => condition.IsExpectation));
        WriteConditions(text, "warn", run.Verdict.Conditions.Where(condition => !condition.IsExpectation));
    }

    private static void WriteValues(StringBuilder text, string title, RunRecord run, Func<ObservationMeaning, bool> isShown)
    {
        var shown = run.Verdict.Observations.Where(observation => isShown(observation.Meaning)).ToList();
        if (shown.Count > 0)
        {
            Line(text, $"  {title}:");
            var width = shown.Max(observation => observation.Name.Length);
            shown.ForEach(observation => Line(text, $"    {observation.Name.PadRight(width)}  {observation.Text}"));
        }
    }

    private static void WriteConditions(StringBuilder text, string title, IEnumerable<EvaluatedCondition> conditions)
    {
        var all = conditions.ToList();
        if (all.Count > 0)
        {
            Line(text, $"  {title}:");
            var width = all.Max(condition => condition.Text.Length);
            all.ForEach(condition => Line(text, $"    {condition.Result,-6}  {condition.Text.PadRight(width)}  {Seen(condition)}"));
        }
    }

    private static string Seen(EvaluatedCondition condition) => condition.Verdict switch
    {
        Verdict.Undecided => $"undecided: {condition.SeenText ?? "only the beginning was seen"}",
        _ => condition.SeenText is { } seen ? $"was {seen}" : "not observed",
    };

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
