using HealthAgent.Checks;
using HealthAgent.State;
using HealthAgent.Unit.State;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Machines that sleep, and clocks that are set.</summary>
public sealed class ClockTests
{
    private readonly LoopClock _clock = new();
    private readonly Told _told = new();

    [Theory]
    [InlineData(10)]
    [InlineData(3600)]
    [InlineData(86400 * 30)]
    public async Task Sleep_OfTheMachine_IsFollowedByNoStormAndNothingIsStale(int seconds)
    {
        var checks = Enumerable.Range(0, 100).Select(_ => ScriptedCheck.Of(_clock, "P")).ToList();
        await using var harness = await HarnessAsync(checks);
        await harness.AdvanceAsync(25);
        var before = checks.ConvertAll(check => check.Starts.Count);
        var told = _told.Lines.Count;

        _clock.Sleep(TimeSpan.FromSeconds(seconds));
        await harness.AdvanceAsync(1, step: 0.1);

        checks.Zip(before).Sum(pair => pair.First.Starts.Count - pair.Second).ShouldBeInRange(5, 25, "a tenth of the checks is due within a tenth of the interval");
        harness.Store.Current.Checks.ShouldAllBe(state => !state.IsStale && state.Status == CheckStatus.Healthy);
        await harness.AdvanceAsync(9.5, step: 0.1);
        checks.Zip(before).ShouldAllBe(pair => pair.First.Starts.Count - pair.Second >= 1 && pair.First.Starts.Count - pair.Second <= 2);
        _told.Lines.Count.ShouldBe(told);
        harness.Log.Records.Count(record => record.Message.Contains("slept", StringComparison.Ordinal)).ShouldBe(1);
        harness.Store.Current.TakenAt.ShouldBe(_clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(-86400 * 365)]
    public async Task Set_OfTheClockOnTheWall_DisturbsNoScheduleAndTellsNothing(int seconds)
    {
        var checks = Enumerable.Range(0, 20).Select(_ => ScriptedCheck.Of(_clock, "P")).ToList();
        await using var harness = await HarnessAsync(checks);
        await harness.AdvanceAsync(25);
        var (before, told) = (checks.ConvertAll(check => check.Starts.Count), _told.Lines.Count);

        _clock.Set(TimeSpan.FromSeconds(seconds));
        await harness.AdvanceAsync(40);

        checks.Zip(before).ShouldAllBe(pair => pair.First.Starts.Count - pair.Second == 4);
        harness.Store.Current.Checks.ShouldAllBe(state => state.Status == CheckStatus.Healthy && !state.IsStale);
        harness.Store.Current.TakenAt.ShouldBe(_clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        _told.Lines.Count.ShouldBe(told);
    }

    [Fact]
    public async Task Set_BackWhileAChildMisses_HoldsItsEventNoLongerThanOtherwise()
    {
        var (parent, child) = (ScriptedCheck.Of(_clock, "P"), ScriptedCheck.Of(_clock, "PPPFFFFFFFFF"));
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check("db", make: _ => parent), Plans.Check("api", make: _ => child, dependsOn: "db")), _clock, [parent, child], _told);
        await harness.StartAsync();
        await harness.AdvanceAsync(25);

        _clock.Set(TimeSpan.FromHours(-1));
        await harness.AdvanceAsync(20);

        _told.Lines.ShouldBe(["db ?>H", "api ?>H", "api H>U"], ignoreOrder: true);
        parent.Starts.Count.ShouldBeLessThan(12, "it is asked at once when its child misses, and not over and over");
    }

    [Fact]
    public async Task Run_OverADay_DoesNotDrift()
    {
        var check = ScriptedCheck.Of(_clock, "P");
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(interval: TimeSpan.FromMinutes(7), make: _ => check)), _clock, [check]);
        harness.Random.Value = 0.25;

        await harness.StartAsync();
        await harness.AdvanceAsync(86400, step: 3);

        check.Starts.Skip(1).ShouldBe(Enumerable.Range(0, check.Starts.Count - 1).Select(i => 105d + (i * 420d)));
        check.Starts.Count.ShouldBe(1 + (int)Math.Ceiling((86400 - 105) / 420d));
    }

    private async Task<WorkerHarness> HarnessAsync(IReadOnlyList<ScriptedCheck> checks)
    {
        CheckPlan[] plans = [.. checks.Select((check, i) => Plans.Check($"check-{i}", make: _ => check))];
        var harness = new WorkerHarness(Plans.Agent(plans), _clock, checks, _told);
        harness.Random.Spread = new Random(7);
        await harness.StartAsync();
        return harness;
    }
}
