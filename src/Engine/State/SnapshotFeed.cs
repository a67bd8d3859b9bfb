using System.Runtime.CompilerServices;

namespace HealthAgent.State;

/// <summary>
/// The current snapshot, and those to come for any number of readers. A reader only remembers the snapshot that it read last, so one
/// that is slow or gone neither blocks the writer nor takes memory.
/// </summary>
internal sealed class SnapshotFeed(Snapshot first)
{
    private Snapshot _current = first;
    private TaskCompletionSource? _awaited;

    /// <summary>The current snapshot.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Publishes a snapshot. Never blocks.</summary>
    public void Publish(Snapshot next)
    {
        Volatile.Write(ref _current, next);
        Interlocked.Exchange(ref _awaited, null)?.SetResult();
    }

    /// <summary>
    /// Snapshots, from the current one on, without end. A slow reader gets the newest next: versions may be left out, which nobody needs.
    /// </summary>
    public async IAsyncEnumerable<Snapshot> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (Snapshot? last = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // In this order: what is published after the first line completes the task, what was before is read by the second.
            var more = Awaited();
            if (Current is var current && current != last)
            {
                yield return last = current;
            }
            else
            {
                await more.WaitAsync(cancellationToken);
            }
        }
    }

    private Task Awaited()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _awaited, mine, null) ?? mine).Task;
    }
}
