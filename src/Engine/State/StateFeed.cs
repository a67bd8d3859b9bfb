using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HealthAgent.State;

/// <summary>A transition as a reader of the feed gets it.</summary>
/// <param name="Transition">The change of status.</param>
/// <param name="Missed">How many transitions before it, since the one that was read last, the reader was too slow for.</param>
/// <param name="Current">The snapshot at the time of reading, which also holds what was missed.</param>
internal readonly record struct FeedItem(Transition Transition, long Missed, Snapshot Current);

/// <summary>
/// Transitions and snapshots for any number of readers. Each has a buffer of its own that drops the oldest when it is full, so that a
/// reader that is slow, or dead, holds up nobody and takes no more memory.
/// </summary>
internal sealed class StateFeed(Snapshot current)
{
    private readonly Lock _changing = new();
    private ImmutableArray<Channel<(long Number, Transition Transition)>> _transitions = [];
    private ImmutableArray<Channel<Snapshot>> _snapshots = [];
    private Snapshot _current = current;
    private long _published;

    /// <summary>Publishes a snapshot, and the transitions that led to it. Never blocks; by one writer at a time.</summary>
    public void Publish(Snapshot current, IReadOnlyList<Transition> transitions)
    {
        using var _ = _changing.EnterScope();
        Volatile.Write(ref _current, current);
        foreach (var transition in transitions)
        {
            _published++;
            foreach (var reader in _transitions)
            {
                reader.Writer.TryWrite((_published, transition));
            }
        }

        foreach (var reader in _snapshots)
        {
            reader.Writer.TryWrite(current);
        }
    }

    /// <summary>Begins to buffer transitions for a reader, from now on and until it is disposed of.</summary>
    /// <param name="capacity">How many to hold for it.</param>
    public TransitionReader ReadTransitions(int capacity)
    {
        var channel = Bounded<(long, Transition)>(capacity);
        using var _ = _changing.EnterScope();
        _transitions = _transitions.Add(channel);
        return new TransitionReader(this, channel, _published);
    }

    /// <summary>
    /// Snapshots, from the current one on. A slow reader gets the newest next: versions may be left out, which nobody needs.
    /// </summary>
    public async IAsyncEnumerable<Snapshot> ReadSnapshotsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Bounded<Snapshot>(capacity: 1);
        using (_changing.EnterScope())
        {
            channel.Writer.TryWrite(_current);
            _snapshots = _snapshots.Add(channel);
        }

        try
        {
            await foreach (var snapshot in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return snapshot;
            }
        }
        finally
        {
            using var _ = _changing.EnterScope();
            _snapshots = _snapshots.Remove(channel);
        }
    }

    private static Channel<T> Bounded<T>(int capacity) =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>A reader of transitions; one call at a time.</summary>
    internal sealed class TransitionReader : IDisposable
    {
        private readonly StateFeed _feed;
        private readonly Channel<(long Number, Transition Transition)> _channel;
        private long _read;

        internal TransitionReader(StateFeed feed, Channel<(long Number, Transition Transition)> channel, long read) =>
            (_feed, _channel, _read) = (feed, channel, read);

        /// <summary>The transitions in their order, each as soon as it is there.</summary>
        public async IAsyncEnumerable<FeedItem> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (await _channel.Reader.WaitToReadAsync(cancellationToken))
            {
                while (TryRead(out var item))
                {
                    yield return item;
                }
            }
        }

        /// <summary>The next transition that is there; false when there is none.</summary>
        public bool TryRead(out FeedItem item)
        {
            if (!_channel.Reader.TryRead(out var next))
            {
                item = default;
                return false;
            }

            item = new FeedItem(next.Transition, next.Number - _read - 1, Volatile.Read(ref _feed._current));
            _read = next.Number;
            return true;
        }

        /// <summary>Gives the buffer back; whoever reads comes to the end of what is there.</summary>
        public void Dispose()
        {
            using (_feed._changing.EnterScope())
            {
                _feed._transitions = _feed._transitions.Remove(_channel);
            }

            _channel.Writer.TryComplete();
        }
    }
}
