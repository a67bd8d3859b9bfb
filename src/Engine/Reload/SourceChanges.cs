using System.Threading.Channels;

namespace HealthAgent.Reload;

/// <summary>The changes of one source, debounced: however often it changes, they are few, and none is missed.</summary>
internal sealed class SourceChanges : IDisposable
{
    /// <summary>The pause in changes that is waited for: what is written in several steps is read once.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest that a change waits: a source that never pauses is read once in this time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Debounce _debounce = new(Quiet, Longest);
    private readonly Lock _gate = new();
    private readonly ITimer _timer;

    public SourceChanges(TimeProvider clock)
    {
        (_clock, _start) = (clock, clock.GetTimestamp());
        _timer = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>There is a change. Costs next to nothing.</summary>
    public void Note()
    {
        lock (_gate)
        {
            var isFirst = _debounce.Due is null;
            _debounce.Changed(Now);
            if (isFirst)
            {
                // Those that follow are seen when it has passed.
                Arm();
            }
        }
    }

    /// <summary>Waits until there are changes to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _due.Reader.ReadAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    private void Look()
    {
        lock (_gate)
        {
            if (_debounce.TryTake(Now))
            {
                _due.Writer.TryWrite(true);
            }
            else
            {
                Arm();
            }
        }
    }

    private void Arm()
    {
        if (_debounce.Due is { } due)
        {
            _timer.Change(due > Now ? due - Now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
