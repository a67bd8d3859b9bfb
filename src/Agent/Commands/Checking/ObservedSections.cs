using System.Collections.Immutable;
using HealthAgent.Expectations;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>What a run, or a step of it, observed, and its conditions, as sections of a report.</summary>
internal static class ObservedSections
{
    /// <summary>The lengths of the phases.</summary>
    public static ReportSection Phases(string title, ImmutableArray<Observation> observations) =>
        new(title, [.. observations.Where(static it => it.Meaning == ObservationMeaning.Phase).Select(Row)]);

    /// <summary>The other values, and the conditions with what each saw; empty sections too.</summary>
    public static IEnumerable<ReportSection> Of(ImmutableArray<Observation> observations, ImmutableArray<EvaluatedCondition> conditions) =>
    [
        new("observed", [.. observations.Where(static it => it.IsValue).Select(Row)]),
        new("expect", [.. conditions.Where(static it => it.IsExpectation).Select(Row)]),
        new("warn", [.. conditions.Where(static it => !it.IsExpectation).Select(Row)]),
    ];

    private static ReportRow Row(Observation observation) => new(
        Tone.Plain, observation.Name, observation.Value is DateTimeOffset time ? $"{time.UtcDateTime:u}" : observation.Text);

    private static ReportRow Row(EvaluatedCondition condition)
    {
        var tone = !condition.Applies ? Tone.Good : condition.IsExpectation ? Tone.Bad : Tone.Doubtful;
        return new ReportRow(tone, condition.Result.PadRight("missed".Length), condition.Text, Seen(condition));
    }

    private static string Seen(EvaluatedCondition condition) => condition.Verdict switch
    {
        Verdict.Undecided => $"undecided: {condition.SeenText ?? "only the beginning was seen"}",
        _ => condition.SeenText is { } seen ? $"was {seen}" : "not observed",
    };
}
