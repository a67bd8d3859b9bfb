using System.Collections.Immutable;
using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>What hints are made of: a run, or the step of a scenario that failed.</summary>
/// <param name="Type">Why it failed; null for a warning.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Conditions">The conditions that were evaluated.</param>
/// <param name="Observations">What was observed.</param>
/// <param name="Did">What it did; empty where nobody asked.</param>
internal sealed record FailedRun(
    ErrorType? Type, string Reason, ImmutableArray<EvaluatedCondition> Conditions, ImmutableArray<Observation> Observations,
    ExplainedRun Did)
{
    /// <summary>The run, or the step that decided it.</summary>
    public static FailedRun Of(RunRecord record, ExplainedRun? explained)
    {
        var failures = record.Verdict.Steps.Where(static step => step.Outcome == StepOutcome.Fail).ToList();
        var step = failures.Find(step => step.ErrorType == record.ErrorType) ?? failures.FirstOrDefault();
        return step is null
            ? new FailedRun(
                record.ErrorType, record.Reason ?? "", record.Verdict.Conditions, record.Verdict.Observations,
                explained ?? new ExplainedRun())
            : new FailedRun(
                step.ErrorType, step.Reason ?? "", step.Conditions, step.Observations,
                explained?.Steps.FirstOrDefault(it => it.Key == step.Name).Value ?? new ExplainedRun());
    }

    /// <summary>Whether the reason has these words in it.</summary>
    public bool Says(string words) => Reason.Contains(words, StringComparison.Ordinal);

    /// <summary>The latest HTTP request; null where there was none.</summary>
    public HttpExchange? Request => Did.Requests is [.., var last] ? last : null;
}
