using System.Threading.Channels;

namespace HealthAgent.Scheduling;

/// <summary>What wakes the scheduling loop, in the order in which it came. Posted by any thread, taken by the loop.</summary>
internal sealed class WorkerSignals
{
    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Posts a signal; refuses it when the loop takes no more.</summary>
    public void Post(Signal signal)
    {
        if (!_signals.Writer.TryWrite(signal))
        {
            signal.Request?.Refuse();
        }
    }

    /// <summary>Waits for a signal.</summary>
    public ValueTask<bool> WaitAsync() => _signals.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>Takes a signal; false when there is none.</summary>
    public bool TryTake(out Signal signal) => _signals.Reader.TryRead(out signal);

    /// <summary>Takes no more signals, and refuses those that came too late.</summary>
    public void Close()
    {
        _signals.Writer.TryComplete();
        while (TryTake(out var signal))
        {
            signal.Request?.Refuse();
        }
    }

    /// <summary>
    /// A run that completed, a request, at a stop the end of the time of runs that take so long or longer to clean up, or nothing but the
    /// time.
    /// </summary>
    internal readonly record struct Signal(RunReport? Ended = null, LoopRequest? Request = null, TimeSpan? CancelRuns = null);
}
