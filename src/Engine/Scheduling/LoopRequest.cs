namespace HealthAgent.Scheduling;

/// <summary>What became of a request to the scheduling loop.</summary>
internal enum Reception
{
    /// <summary>It is done: the snapshot has it.</summary>
    Done,

    /// <summary>The configuration in force has no check of that name.</summary>
    UnknownCheck,

    /// <summary>The agent is stopping.</summary>
    Stopping,
}

/// <summary>What the scheduling loop is asked to do between two of its iterations.</summary>
internal sealed class LoopRequest(Func<Reception> act)
{
    private readonly TaskCompletionSource<Reception> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is done or refused; fails with what it threw.</summary>
    public Task<Reception> Done => _done.Task;

    /// <summary>Does it, on the loop.</summary>
    public void Execute()
    {
        try
        {
            _done.SetResult(act());
        }
#pragma warning disable CA1031 // It is the caller's to report; the loop goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.SetException(e);
        }
    }

    /// <summary>Refuses it, since the agent is stopping.</summary>
    public void Refuse() => _done.TrySetResult(Reception.Stopping);
}
