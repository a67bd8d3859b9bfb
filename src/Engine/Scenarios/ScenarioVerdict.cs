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
    /// The verdict: the first step of critical impact that failed, with its type; else a warn of the steps that warned and of those of
    /// degrading impact that failed, as a cleanup is; else by the scenario's own conditions. Pure.
    /// </summary>
    /// <param name="plan">The scenario as a check.</param>
    /// <param name="scenario">The steps, planned.</param>
    /// <param name="steps">What came of each of them, in the same order.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="timeLeft">The time that the run has left.</param>
    public static CheckVerdict Of(
        CheckPlan plan, ScenarioPlan scenario, ImmutableArray<StepRecord> steps, TimeSpan latency, Func<TimeSpan>? timeLeft = null)
    {
        var all = scenario.Steps.Concat(scenario.Cleanup).Select(static step => step.Impact).Zip(steps).ToList();
        var failed = all.Find(static step => step is { First: Impact.Critical, Second.Outcome: StepOutcome.Fail }).Second;
        var named = all.Where(static step => IsNamed(step.First, step.Second));
        var words = string.Join("; ", named.Select(static step => Describe(step.Second)));
        var verdict = failed is not null
            ? CheckVerdict.OfException(plan, new CheckFailedException(failed.ErrorType ?? ErrorType.Internal, words), latency)
            : CheckVerdict.Of(plan, words.Length > 0 ? HealthCheckResult.Degraded(words) : HealthCheckResult.Healthy(), latency, timeLeft);
        return verdict with { Steps = steps, Observations = [.. verdict.Observations, .. steps.SelectMany(Phases)] };
    }

    private static bool IsNamed(Impact impact, StepRecord step) =>
        impact != Impact.None && step.Outcome is (StepOutcome.Warn or StepOutcome.Fail);

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
