using System.Threading.Channels;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>What wakes the scheduling loop, in the order in which it came. Posted by any thread, taken by the loop.</summary>
internal sealed class WorkerSignals
{
    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Posts a signal; false when the loop takes no more.</summary>
    public bool Post(Signal signal) => _signals.Writer.TryWrite(signal);

    /// <summary>Waits for a signal.</summary>
    public ValueTask<bool> WaitAsync() => _signals.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>Takes a signal; false when there is none.</summary>
    public bool TryTake(out Signal signal) => _signals.Reader.TryRead(out signal);

    /// <summary>Takes no more signals, and refuses the configurations that came too late.</summary>
    public void Close()
    {
        _signals.Writer.TryComplete();
        while (TryTake(out var signal))
        {
            signal.Replace?.Refuse();
        }
    }

    /// <summary>A run that ended, another configuration, the end of the time that runs have at a stop, or nothing but the time.</summary>
    internal readonly record struct Signal(RunReport? Ended, Replacement? Replace, bool CancelRuns = false);

    /// <summary>Another configuration, what is to be done once it is in force, and whoever waits for that.</summary>
    internal sealed record Replacement(PlanIndex Index, Action? InForce, TaskCompletionSource Done)
    {
        /// <summary>Fails it, since the agent stops.</summary>
        public void Refuse() => Done.TrySetException(new InvalidOperationException("the agent is stopping"));
    }
}
