using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Machines that sleep, and clocks that are set.</summary>
public sealed class ClockTests
{
    private readonly RecordingListener _events = new();

    [Theory]
    [InlineData(10)]
    [InlineData(3600)]
    [InlineData(86400 * 30)]
    public void Sleep_OfTheMachine_IsFollowedByNoStormAndNothingIsStale(int seconds)
    {
        using var harness = Spread(100);
        harness.Advance(25);
        var (before, told) = (Starts(harness), _events.Lines.Count);

        harness.Clock.Sleep(TimeSpan.FromSeconds(seconds));
        harness.Iterate();
        harness.Advance(1);

        Starts(harness).Zip(before).Sum(pair => pair.First - pair.Second)
            .ShouldBeInRange(5, 25, "a tenth of the checks is due within a tenth of the interval");
        harness.Store.Current.Checks.ShouldAllBe(state => !state.IsStale && state.Status == CheckStatus.Healthy);
        harness.Advance(9.5);
        Starts(harness).Zip(before).ShouldAllBe(pair => pair.First - pair.Second >= 1 && pair.First - pair.Second <= 2);
        _events.Lines.Count.ShouldBe(told);
        harness.Log.Records.Count(record => record.Message.Contains("suspended", StringComparison.Ordinal)).ShouldBe(1);
        harness.Store.Current.TakenAt.ShouldBe(harness.Clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(-86400 * 365)]
    public void Set_OfTheClockOnTheWall_DisturbsNoScheduleAndTellsNothing(int seconds)
    {
        using var harness = Spread(20);
        harness.Advance(25);
        var (before, told) = (Starts(harness), _events.Lines.Count);

        harness.Clock.Set(TimeSpan.FromSeconds(seconds));
        harness.Advance(40);

        Starts(harness).Zip(before).ShouldAllBe(pair => pair.First - pair.Second == 4);
        harness.Store.Current.Checks.ShouldAllBe(state => state.Status == CheckStatus.Healthy && !state.IsStale);
        harness.Store.Current.TakenAt.ShouldBe(harness.Clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        _events.Lines.Count.ShouldBe(told);
    }

    [Fact]
    public void Set_BackWhileAChildMisses_HoldsItsEventNoLongerThanOtherwise()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"), Plans.Check("api", dependsOn: "db")), _events)
            .With("api", "PPPF").Begin();
        harness.Advance(25);

        harness.Clock.Set(TimeSpan.FromHours(-1));
        harness.Advance(20);

        _events.Lines.ShouldBe(["db ?>H", "api ?>H", "api H>U"], ignoreOrder: true);
        harness.Starts("db").Count.ShouldBeLessThan(12, "it is asked at once when its child misses, and not over and over");
    }

    [Fact]
    public void Run_OverADay_DoesNotDrift()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a", interval: TimeSpan.FromMinutes(7))));
        harness.Random.Value = 0.25;

        harness.Begin().Advance(86400);

        var starts = harness.Starts("a");
        starts.Skip(1).ShouldBe(Enumerable.Range(0, starts.Count - 1).Select(i => 105d + (i * 420d)));
        starts.Count.ShouldBe(1 + (int)Math.Ceiling((86400 - 105) / 420d));
    }

    private SchedulerHarness Spread(int checks)
    {
        var harness = new SchedulerHarness(Plans.Agent([.. Enumerable.Range(0, checks).Select(i => Plans.Check($"check-{i}"))]), _events);
        harness.Random.Spread = new Random(7);
        return harness.Begin();
    }

    private static List<int> Starts(SchedulerHarness harness) =>
        [.. harness.Store.Current.Checks.Select(state => harness.Starts(state.Plan.Name).Count)];
}
