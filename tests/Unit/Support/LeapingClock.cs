using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Support;

/// <summary>A clock on which nobody waits: who asks for a timer finds that its time has come.</summary>
internal sealed class LeapingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            Advance(dueTime);
        }

        return timer;
    }
}
