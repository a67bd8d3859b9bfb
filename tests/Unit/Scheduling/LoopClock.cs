using System.Collections.Concurrent;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

/// <summary>A fake clock that also sees the scheduling loop set its alarm, which is the last thing it does in a turn.</summary>
internal sealed class LoopClock() : FakeTimeProvider(Plans.Start)
{
    private long _alarm = long.MaxValue;
    private long _slept;
    private long _set;
    private Action _goOff = () => { };

    /// <summary>Is called at the end of each turn, on the loop's thread.</summary>
    public Action TurnEnded { get; set; } = () => { };

    /// <summary>How long the loop wanted to sleep, each time.</summary>
    public ConcurrentQueue<TimeSpan> Sleeps { get; } = new();

    /// <summary>Whether the alarm is set for later, so that the loop sleeps unless a run ends.</summary>
    public bool AlarmIsAhead => Volatile.Read(ref _alarm) > GetTimestamp();

    /// <summary>Lets time pass in which nothing runs, as with a machine that sleeps; the loop's alarm goes off when it wakes.</summary>
    public void Sleep(TimeSpan duration)
    {
        Interlocked.Add(ref _slept, duration.Ticks);
        _goOff();
    }

    /// <summary>Sets the clock on the wall forth or back; no time passes.</summary>
    public void Set(TimeSpan difference) => Interlocked.Add(ref _set, difference.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _slept) + Interlocked.Read(ref _set));

    public override long GetTimestamp() => base.GetUtcNow().Ticks + Interlocked.Read(ref _slept);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            return timer;
        }

        _goOff = () => timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return new Alarm(timer, this);
    }

    private sealed class Alarm(ITimer timer, LoopClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Sleeps.Enqueue(dueTime);
            var changed = timer.Change(dueTime, period);
            Volatile.Write(ref clock._alarm, clock.GetTimestamp() + dueTime.Ticks);
            clock.TurnEnded();
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
