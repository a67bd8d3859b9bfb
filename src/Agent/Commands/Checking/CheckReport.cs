using System.Collections.Immutable;
using System.Globalization;
using HealthAgent.Operations;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>How a line is meant.</summary>
internal enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Doubtful,

    /// <summary>What is wrong.</summary>
    Bad,
}

/// <summary>A line of a section.</summary>
internal readonly record struct ReportRow(Tone Tone, params string[] Cells);

/// <summary>A titled part of a report.</summary>
internal sealed record ReportSection(string Title, IReadOnlyList<ReportRow> Rows);

/// <summary>What is reported of one run: the same for terminals and for pipes.</summary>
internal sealed record CheckReport
{
    private static readonly string[] WorstFirst = ["fail", "unknown", "warn", "pass"];

    /// <summary>The title of the phases, whose rows are name and duration.</summary>
    public const string Phases = "phases";

    /// <summary>
    /// The title of the steps, whose rows are name, kind, outcome, duration and reason; those of their phases, which follow, are name and
    /// duration.
    /// </summary>
    public const string Steps = "steps";

    /// <summary>The title of the chain, whose rows are position, subject, issuer, names, end, and who sent it.</summary>
    public const string Chain = "certificates";

    /// <summary>What stands for the phase that a run timed out in.</summary>
    public const string Unfinished = "unfinished";

    /// <summary>The name of the check.</summary>
    public required string Name { get; init; }

    /// <summary>The outcome.</summary>
    public required string Outcome { get; init; }

    /// <summary>What came of it.</summary>
    public required Tone Tone { get; init; }

    /// <summary>How long it took, and the type of its error.</summary>
    public required string Details { get; init; }

    /// <summary>Reason, hints, runbook, dependencies.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>The parts, in the order of the run.</summary>
    public IReadOnlyList<ReportSection> Sections { get; init; } = [];

    /// <summary>The lengths of the phases, in the order of the run.</summary>
    public IReadOnlyList<KeyValuePair<string, TimeSpan>> PhaseLengths { get; init; } = [];

    /// <summary>The steps of a scenario with the lengths of their phases, in the order of the run.</summary>
    public IReadOnlyList<StepRecord> StepsRun { get; init; } = [];

    /// <summary>The report of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="all">What else was run, for what it depends on.</param>
    /// <param name="isBrief">Whether a pass is reported in one line.</param>
    public static CheckReport Of(CheckedRun run, IReadOnlyList<CheckedRun> all, bool isBrief)
    {
        if (run.Record is not { } record)
        {
            return new CheckReport
            {
                Name = run.Plan.Name, Outcome = run.Outcome, Tone = Tone.Doubtful, Details = "",
                Facts = [new("reason", run.NoOutcome)],
            };
        }

        var report = new CheckReport
        {
            Name = run.Plan.Name,
            Outcome = run.Outcome,
            Tone = record.Result switch { Result.Pass => Tone.Good, Result.Warn => Tone.Doubtful, _ => Tone.Bad },
            Details = $" in {Units.Format(record.Duration)}{(record.ErrorType is { } type ? $" ({type.Name()})" : "")}",
            Facts = isBrief && record.Result == Result.Pass ? [] : [.. FactsOf(run, record, all)],
        };
        return isBrief && record.Result == Result.Pass ? report : report with
        {
            PhaseLengths = [.. LengthsOf(record.Verdict.Observations, record.Duration, record.ErrorType)],
            StepsRun = record.Verdict.Steps,
            Sections =
            [
                .. (ReportSection[])
                [
                    .. record.Verdict.Steps.IsEmpty ? [ObservedSections.Phases(Phases, record.Verdict.Observations)]
                        : Array.Empty<ReportSection>(),
                    .. run.Explanation is { } explanation ? ExplainedSections.Of(explanation, record.CompletedAt) : [],
                    .. StepSections.Of(record, run.Explanation),
                    .. ObservedSections.Of(record.Verdict.Observations, record.Verdict.Conditions),
                ],
            ],
        };
    }

    /// <summary>How many of several runs came out how, worst first: <c>30 checks: 2 fail, 28 pass</c>; null for a single one.</summary>
    public static string? CountsOf(IReadOnlyList<CheckedRun> runs) => runs.Count < 2 ? null
        : string.Create(CultureInfo.InvariantCulture, $"{runs.Count} checks: ") + string.Join(", ", runs
            .GroupBy(static run => run.Outcome, StringComparer.Ordinal)
            .OrderBy(static same => Array.IndexOf(WorstFirst, same.Key))
            .Select(static same => string.Create(CultureInfo.InvariantCulture, $"{same.Count()} {same.Key}")));

    /// <summary>The lengths of phases, and what remains of the duration where it timed out.</summary>
    public static IEnumerable<KeyValuePair<string, TimeSpan>> LengthsOf(
        ImmutableArray<Observation> observations, TimeSpan duration, ErrorType? error)
    {
        var rest = duration;
        foreach (var phase in observations.Where(static it => it.Meaning == ObservationMeaning.Phase))
        {
            rest -= (TimeSpan)phase.Value;
            yield return new(phase.Name, (TimeSpan)phase.Value);
        }

        if (error == ErrorType.Timeout && rest > TimeSpan.Zero)
        {
            yield return new(Unfinished, rest);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> FactsOf(CheckedRun run, RunRecord record, IReadOnlyList<CheckedRun> all)
    {
        if (record.Reason is { } reason)
        {
            yield return new("reason", reason);
        }

        foreach (var hint in Hints.For(record, run.Explanation))
        {
            yield return new("hint", hint);
        }

        if (Runbooks.For(run.Plan, record) is { } runbook)
        {
            yield return new("runbook", runbook);
        }

        if (run.Explanation is { Tries: > 1 } explanation)
        {
            yield return new("tries", explanation.Tries.ToString(CultureInfo.InvariantCulture));
        }

        if (run.Plan.DependsOn.Count > 0)
        {
            yield return new("dependsOn", string.Join(", ", run.Plan.DependsOn.Select(parent => Parent(parent, record, all))));
        }

        if (record.Verdict.Conditions.IsEmpty && run.Plan.Conditions.Expect.Count + run.Plan.Conditions.Warn.Count > 0)
        {
            yield return new("conditions", "not evaluated, since the run failed before");
        }
    }

    private static string Parent(string name, RunRecord record, IReadOnlyList<CheckedRun> all)
    {
        var parent = all.FirstOrDefault(other => other.Plan.Name == name);
        var cause = record.Result != Result.Pass && parent?.Record?.Result == Result.Fail ? ", which may be the cause" : "";
        return $"{name} ({parent?.Outcome ?? "not run here"}){cause}";
    }
}
