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
internal abstract class LoopRequest
{
    /// <summary>Does it, on the loop.</summary>
    public abstract void Execute();

    /// <summary>Refuses it, since the agent is stopping.</summary>
    public abstract void Refuse();
}

/// <summary>What the scheduling loop is asked to do, with what comes of it.</summary>
/// <param name="act">Does it.</param>
/// <param name="refusal">What comes of it when the agent is stopping.</param>
internal sealed class LoopRequest<T>(Func<T> act, T refusal) : LoopRequest
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is done or refused; fails with what it threw.</summary>
    public Task<T> Done => _done.Task;

    /// <inheritdoc />
    public override void Execute()
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

    /// <inheritdoc />
    public override void Refuse() => _done.TrySetResult(refusal);
}
