using System.Collections.Immutable;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Scenarios;

/// <summary>One run of a scenario: its steps in order until one fails, then its cleanup, each within its share of the time.</summary>
/// <param name="scenario">The steps.</param>
/// <param name="plan">The scenario as a check.</param>
/// <param name="instances">The checks of the steps.</param>
/// <param name="captured">What its steps capture.</param>
/// <param name="attempt">Runs a check once.</param>
/// <param name="start">The timestamp from which the timeout counts.</param>
/// <param name="deadline">Cancelled when the timeout is over, or when the run is to end before.</param>
internal sealed class ScenarioRun(
    ScenarioPlan scenario, CheckPlan plan, Func<ScenarioStep, CheckInstance> instances, CapturedValues captured, CheckAttempt attempt,
    long start, CancellationToken deadline)
{
    private readonly List<StepRecord> _records = [];

    private TimeSpan TimeLeft => plan.Timeout - attempt.Clock.GetElapsedTime(start);

    /// <summary>Runs it.</summary>
    public async Task<CheckVerdict> RunAsync()
    {
        var time = ScenarioTime.Of(TimeLeft, scenario.Cleanup.Count);
        await RunStepsAsync(time.Steps);
        await RunCleanupAsync(deadline.IsCancellationRequested ? Units.Shorter(TimeLeft, time.Cleanup) : TimeLeft);
        ImmutableArray<StepRecord> records = [.. _records.Select(record => StepRedaction.Apply(record, captured))];
        return ScenarioVerdict.Of(plan, records, attempt.Clock.GetElapsedTime(start), () => TimeLeft);
    }

    private async Task RunStepsAsync(TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time, attempt.Clock);
        await using var cancelled = deadline.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), stop);
        var end = TimeLeft - time;
        string? failed = null;
        foreach (var step in scenario.Steps)
        {
            var record = failed is not null
                ? Skipped(step, $"step '{failed}' failed")
                : await RunStepAsync(step, TimeLeft - end, stop.Token);
            failed ??= record.Outcome == StepOutcome.Fail ? step.Name : null;
            _records.Add(record);
        }
    }

    /// <summary>Cleanup has tokens of its own: it runs when the time of the steps is over, and when the run is cancelled.</summary>
    private async Task RunCleanupAsync(TimeSpan time)
    {
        var end = TimeLeft - time;
        for (var i = 0; i < scenario.Cleanup.Count; i++)
        {
            var step = scenario.Cleanup[i];
            if (captured.FindMissing(step.References) is { } missing)
            {
                _records.Add(Skipped(step, $"'{missing.Name}' was not captured by step '{missing.Step}', so there is nothing to clean up"));
                continue;
            }

            var share = ScenarioTime.ShareOf(TimeLeft - end, scenario.Cleanup.Count - i);
            using var stop = new CancellationTokenSource(share, attempt.Clock);
            _records.Add(await RunStepAsync(step, share, stop.Token));
        }
    }

    private Task<StepRecord> RunStepAsync(ScenarioStep step, TimeSpan time, CancellationToken stop) =>
        new StepRun(step, instances(step), attempt, captured).RunAsync(time, stop);

    private static StepRecord Skipped(ScenarioStep step, string reason) =>
        StepRecord.Skipped(step.Name, step.Kind.Name, step.IsCleanup, reason);
}
