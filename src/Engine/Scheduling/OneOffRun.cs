using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// A run of a plan that is on no schedule and in no snapshot. It waits for the same slots as all runs, and nothing is kept of it
/// afterwards.
/// </summary>
internal sealed class OneOffRun
{
    private readonly TaskCompletionSource<RunRecord?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A run that was not asked for yet.</summary>
    public OneOffRun(CheckPlan plan) =>
        Check = new ScheduledCheck(plan, position: -1, phase: default) { OneOff = this, Explanation = Explanation };

    /// <summary>Takes what it does.</summary>
    public RunExplanation Explanation { get; } = new();

    /// <summary>The record, when it has ended; null where it was withdrawn before it started.</summary>
    public Task<RunRecord?> Done => _done.Task;

    /// <summary>Whether it found a slot. By any thread.</summary>
    public bool HasStarted => Check.IsRunning || Done.IsCompleted;

    /// <summary>What is run.</summary>
    internal ScheduledCheck Check { get; }

    /// <summary>It has ended, or will not start.</summary>
    internal void Complete(RunRecord? record) => _done.TrySetResult(record);
}
