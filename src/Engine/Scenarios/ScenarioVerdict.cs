using System.Collections.Immutable;
using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scenarios;

/// <summary>What the steps of a run amount to.</summary>
internal static class ScenarioVerdict
{
    /// <summary>
    /// The verdict: the first step that failed, with its type; else a warn of the steps that warned and of the cleanup that failed; else by
    /// the scenario's own conditions. Pure.
    /// </summary>
    /// <param name="plan">The scenario.</param>
    /// <param name="steps">Its steps, those of the cleanup last.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="timeLeft">The time that the run has left.</param>
    public static CheckVerdict Of(CheckPlan plan, ImmutableArray<StepRecord> steps, TimeSpan latency, Func<TimeSpan>? timeLeft = null)
    {
        var failed = steps.FirstOrDefault(static step => step is { Outcome: StepOutcome.Fail, IsCleanup: false });
        var words = string.Join("; ", steps.Where(step => step == failed || IsWarning(step)).Select(Describe));
        var verdict = failed is not null
            ? CheckVerdict.OfException(plan, new CheckFailedException(failed.ErrorType ?? ErrorType.Internal, words), latency)
            : CheckVerdict.Of(plan, words.Length > 0 ? HealthCheckResult.Degraded(words) : HealthCheckResult.Healthy(), latency, timeLeft);
        return verdict with { Steps = steps, Observations = [.. verdict.Observations, .. steps.SelectMany(Phases)] };
    }

    private static bool IsWarning(StepRecord step) =>
        step.Outcome == StepOutcome.Warn || step is { Outcome: StepOutcome.Fail, IsCleanup: true };

    private static string Describe(StepRecord step)
    {
        var what = step.IsCleanup ? "cleanup" : "step";
        var how = step.Outcome == StepOutcome.Warn ? "warns" : "failed";
        var tries = step.Tries > 1 && step.Outcome == StepOutcome.Fail
            ? string.Create(CultureInfo.InvariantCulture, $" in {step.Tries} tries within {Units.Format(step.Duration)}")
            : "";
        return $"{what} '{step.Name}' {how}{tries}: {step.Reason}";
    }

    private static IEnumerable<Observation> Phases(StepRecord step) => step.Observations
        .Where(static observation => observation.Meaning == ObservationMeaning.Phase)
        .Select(observation => Observation.Of($"{step.Name}.{observation.Name}", ObservationMeaning.Phase, observation.Value));
}
