using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Support;

/// <summary>A fake clock whose machine can sleep, and which can be set.</summary>
internal sealed class LoopClock() : FakeTimeProvider(Plans.Start)
{
    private long _slept;
    private long _set;

    /// <summary>Lets time pass in which nothing runs, timers included, as with a machine that sleeps.</summary>
    public void Sleep(TimeSpan duration) => Interlocked.Add(ref _slept, duration.Ticks);

    /// <summary>Sets the clock on the wall forwards or back; no time passes.</summary>
    public void Set(TimeSpan difference) => Interlocked.Add(ref _set, difference.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _slept) + Interlocked.Read(ref _set));

    public override long GetTimestamp() => base.GetUtcNow().Ticks + Interlocked.Read(ref _slept);
}
