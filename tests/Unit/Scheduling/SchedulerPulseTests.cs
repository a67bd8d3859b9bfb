using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Whether the loop is alive.</summary>
public sealed class SchedulerPulseTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public void IsAlive_WithoutABeat_EndsAtTheLimit()
    {
        var pulse = new SchedulerPulse(_clock);

        _clock.Advance(SchedulerPulse.Limit - TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeFalse();
        pulse.Silence.ShouldBe(SchedulerPulse.Limit);

        pulse.Beat();
        pulse.IsAlive.ShouldBeTrue();
    }
}
