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
    private long _cleanupCut;

    private TimeSpan TimeLeft => plan.Timeout - attempt.Clock.GetElapsedTime(start);

    /// <summary>Runs it.</summary>
    public async Task<CheckVerdict> RunAsync()
    {
        var time = ScenarioTime.Of(TimeLeft, scenario.Cleanup.Count);
        await RunStepsAsync(time.Steps);
        await RunCleanupAsync(time.Cleanup);
        ImmutableArray<StepRecord> records = [.. _records.Select(record => StepRedaction.Apply(record, captured))];
        return ScenarioVerdict.Of(plan, scenario, records, attempt.Clock.GetElapsedTime(start), () => TimeLeft);
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
            failed ??= record.Outcome == StepOutcome.Fail && step.Impact == Impact.Critical ? step.Name : null;
            _records.Add(record);
        }
    }

    /// <summary>
    /// Cleanup has tokens of its own: it runs when the time of the steps is over, and when the run is cancelled. It has all the time that
    /// is left, but from a cancellation on no more than is reserved for it, also where that comes while it runs.
    /// </summary>
    private async Task RunCleanupAsync(TimeSpan reserved)
    {
        for (var i = 0; i < scenario.Cleanup.Count; i++)
        {
            var (step, stepsLeft) = (scenario.Cleanup[i], scenario.Cleanup.Count - i);
            if (captured.FindMissing(step.References) is { } missing)
            {
                _records.Add(Skipped(step, $"'{missing.Name}' was not captured by step '{missing.Step}', so there is nothing to clean up"));
                continue;
            }

            using var stop = new CancellationTokenSource(ScenarioTime.ShareOf(CleanupLeft(reserved), stepsLeft), attempt.Clock);
            await using var cut = deadline.UnsafeRegister(
                _ =>
                {
                    Interlocked.CompareExchange(ref _cleanupCut, attempt.Clock.GetTimestamp(), 0);
                    stop.CancelAfter(ScenarioTime.ShareOf(CleanupLeft(reserved), stepsLeft));
                },
                state: null);
            _records.Add(await RunStepAsync(step, ScenarioTime.ShareOf(CleanupLeft(reserved), stepsLeft), stop.Token));
        }
    }

    private TimeSpan CleanupLeft(TimeSpan reserved) => Interlocked.Read(ref _cleanupCut) is var cut and not 0
        ? Units.Shorter(TimeLeft, reserved - attempt.Clock.GetElapsedTime(cut))
        : TimeLeft;

    private Task<StepRecord> RunStepAsync(ScenarioStep step, TimeSpan time, CancellationToken stop) =>
        new StepRun(step, instances(step), attempt, captured).RunAsync(time, stop);

    private static StepRecord Skipped(ScenarioStep step, string reason) =>
        StepRecord.Skipped(step.Name, step.Kind.Name, step.IsCleanup, reason);
}
