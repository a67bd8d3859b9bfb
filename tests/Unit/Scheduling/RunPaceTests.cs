using HealthAgent.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

public sealed class RunPaceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RunPaceMeter _meter;

    public RunPaceTests() => _meter = new RunPaceMeter(_clock);

    [Fact]
    public void Current_BeforeAnyRun_IsNothing() => _meter.Current.ShouldBe(default);

    [Fact]
    public void Current_InTheFirstWindow_IsSinceTheBeginning()
    {
        Run(4, lateMs: 2);
        Pass(2);

        _meter.Current.ShouldBe(new RunPace(2, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2)));
    }

    [Fact]
    public void Current_AfterAWindow_IsThatOfTheWindow()
    {
        Run(19, lateMs: 1);
        Run(1, lateMs: 21);
        Pass(10);
        Run(1, lateMs: 500);

        _meter.Current.ShouldBe(new RunPace(2, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(21)));
    }

    [Fact]
    public void Current_LongAfterTheLastRun_ComesToNothing()
    {
        Run(10, lateMs: 1);
        Pass(20);
        _meter.Current.PerSecond.ShouldBe(0.5);
        Pass(10);

        _meter.Current.ShouldBe(default);
    }

    private void Run(int times, double lateMs)
    {
        for (var i = 0; i < times; i++)
        {
            _meter.Add(TimeSpan.FromMilliseconds(lateMs));
        }
    }

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
