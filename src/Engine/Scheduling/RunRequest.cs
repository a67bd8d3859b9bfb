using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>What became of a run that was asked for.</summary>
internal enum RunAnswer
{
    /// <summary>It ended, and is folded in.</summary>
    Done,

    /// <summary>The configuration in force has no check of that name.</summary>
    UnknownCheck,

    /// <summary>Nobody here runs the check: its outcomes come in.</summary>
    Passive,

    /// <summary>The check is not run while another one is unhealthy.</summary>
    Suppressed,

    /// <summary>Runs were asked for too often.</summary>
    TooOften,

    /// <summary>The check was changed or removed by a reload before the run ended.</summary>
    Replaced,

    /// <summary>The agent is stopping.</summary>
    Stopping,
}

/// <summary>A run that was asked for, or why there is none.</summary>
/// <param name="Answer">Which of both.</param>
internal sealed record RequestedRun(RunAnswer Answer)
{
    /// <summary>The check as it was run.</summary>
    public CheckPlan? Plan { get; init; }

    /// <summary>The run.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>What the run did; null where nobody asked.</summary>
    public ExplainedRun? Explanation { get; init; }

    /// <summary>The check with the run folded in.</summary>
    public CheckState? State { get; init; }

    /// <summary>The unhealthy check because of which this one is not run.</summary>
    public string? Cause { get; init; }

    /// <summary>When it may be asked for again, where it was too often.</summary>
    public TimeSpan RetryAfter { get; init; }
}

/// <summary>A run that was asked for, and that all who ask for it share until it has ended.</summary>
/// <param name="explanation">Takes what it does; null where nobody wants to know.</param>
internal sealed class RunRequest(RunExplanation? explanation)
{
    private readonly TaskCompletionSource<RequestedRun> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes what the run does.</summary>
    public RunExplanation? Explanation => explanation;

    /// <summary>Completes when the run is folded in, or will not be.</summary>
    public Task<RequestedRun> Done => _done.Task;

    /// <summary>Gives the answer; only the first counts.</summary>
    public void Complete(RequestedRun run) => _done.TrySetResult(run);
}

/// <summary>The place of one caller in a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="IsShared">Whether another caller asked for it before.</param>
internal readonly record struct RunTicket(Task<RequestedRun> Run, bool IsShared)
{
    /// <summary>That of a caller who gets no run.</summary>
    public static RunTicket Refused(RequestedRun answer) => new(Task.FromResult(answer), IsShared: false);
}
