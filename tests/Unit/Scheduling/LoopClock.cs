using System.Collections.Concurrent;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

/// <summary>A fake clock that also sees the scheduling loop set its alarm, which is the last thing it does in a turn.</summary>
internal sealed class LoopClock() : FakeTimeProvider(Plans.Start)
{
    private long _alarm = long.MaxValue;

    /// <summary>Is called at the end of each turn, on the loop's thread.</summary>
    public Action TurnEnded { get; set; } = () => { };

    /// <summary>How long the loop wanted to sleep, each time.</summary>
    public ConcurrentQueue<TimeSpan> Sleeps { get; } = new();

    /// <summary>Whether the alarm is set for later, so that the loop sleeps unless a run ends.</summary>
    public bool AlarmIsAhead => Volatile.Read(ref _alarm) > GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        return dueTime == Timeout.InfiniteTimeSpan ? new Alarm(timer, this) : timer;
    }

    private sealed class Alarm(ITimer timer, LoopClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Sleeps.Enqueue(dueTime);
            var changed = timer.Change(dueTime, period);
            Volatile.Write(ref clock._alarm, (clock.GetUtcNow() + dueTime).Ticks);
            clock.TurnEnded();
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
