using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>The steps of a scenario as sections of a report: all in a table with their phases, and those that did not pass in
/// full.</summary>
internal static class StepSections
{
    /// <summary>The sections; none for a run without steps.</summary>
    public static IEnumerable<ReportSection> Of(RunRecord run, ExplainedRun? explanation)
    {
        if (run.Verdict.Steps.IsEmpty)
        {
            yield break;
        }

        yield return new ReportSection(CheckReport.Steps, [.. run.Verdict.Steps.SelectMany(Rows)]);
        foreach (var step in run.Verdict.Steps.Where(static step => step.Outcome is StepOutcome.Fail or StepOutcome.Warn))
        {
            var explained = explanation?.Steps.FirstOrDefault(it => it.Key == step.Name).Value;
            IEnumerable<ReportSection> sections =
            [
                .. explained is null ? [] : ExplainedSections.Of(explained, run.CompletedAt),
                .. ObservedSections.Of(step.Observations, step.Conditions),
            ];
            foreach (var section in sections)
            {
                yield return section with { Title = $"{step.Name} {section.Title}" };
            }
        }
    }

    private static IEnumerable<ReportRow> Rows(StepRecord step) => ObservedSections.Phases("", step.Observations).Rows
        .Select(static phase => new ReportRow(Tone.Plain, $"  {phase.Cells[0]}", "", "", phase.Cells[1], ""))
        .Prepend(Row(step));

    /// <summary>How the outcome of a step is meant.</summary>
    public static Tone ToneOf(StepRecord step) => step.Outcome switch
    {
        StepOutcome.Pass => Tone.Good,
        StepOutcome.Warn => Tone.Doubtful,
        StepOutcome.Fail => Tone.Bad,
        _ => Tone.Plain,
    };

    private static ReportRow Row(StepRecord step) => new(
        ToneOf(step),
        step.Name,
        step.IsCleanup ? $"{step.Kind}, cleanup" : step.Kind,
        RunRecordJson.Spelling(step.Outcome),
        step.Outcome == StepOutcome.Skipped ? "" : Units.Format(step.Duration),
        step.ErrorType is { } type ? $"{type.Name()}: {step.Reason}" : step.Reason ?? "");
}
