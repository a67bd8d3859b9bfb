using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Scheduling;

/// <summary>What the scheduler decides, step by step.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public void Run_TwoChecks_EachAtItsOwnIntervalWithoutDrift()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Check("a", 10), Check("b", 25))).Begin();

        harness.Advance(600);

        harness.Starts("a").ShouldBe(Enumerable.Range(0, 61).Select(i => i * 10d));
        harness.Starts("b").ShouldBe([0.001, .. Enumerable.Range(1, 24).Select(i => i * 25d)]);
    }

    [Fact]
    public void Run_Phase_DecidesWhenInTheIntervalRegularStartsAre()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Check("a", 10)));
        harness.Random.Value = 0.3;

        harness.Begin().Advance(35);

        harness.Starts("a").ShouldBe([0, 3, 13, 23, 33]);
    }

    [Fact]
    public void Run_DueWithinAFractionOfAMillisecond_IsSleptForInWholeOnes()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Check("a", 10)));
        harness.Random.Value = 0.30005;

        harness.Begin().Advance(3.002);

        harness.Starts("a").ShouldBe([0, 3.001]);
        harness.Sleeps.ShouldAllBe(
            sleep => sleep.Ticks % TimeSpan.TicksPerMillisecond == 0, "timers count whole milliseconds: less would not be slept but spun");
    }

    [Theory]
    [InlineData("FFFFF", 1, new double[] { 0, 2, 4, 10, 20, 30 }, 'U')]
    [InlineData("PFPPP", 1, new double[] { 0, 10, 12, 20, 30 }, 'H')]
    [InlineData("PFFFP", 1, new double[] { 0, 10, 12, 14, 20, 30 }, 'H')]
    [InlineData("WWWWW", 1, new double[] { 0, 2, 4, 10, 20, 30 }, 'D')]
    [InlineData("PPPPP", 3, new double[] { 0, 2, 4, 10, 20, 30 }, 'H')]
    [InlineData("FFFPP", 2, new double[] { 0, 2, 4, 10, 12, 20, 30 }, 'H')]
    public void Run_WhileOutcomesContradictTheStatus_ComesAfterTheRetryInterval(
        string outcomes, int successThreshold, double[] starts, char status)
    {
        using var harness = new SchedulerHarness(Plans.Agent(
            Plans.Check("a", interval: Seconds(10), retryInterval: Seconds(2), successThreshold: successThreshold))).With("a", outcomes)
                .Begin();

        harness.Advance(30);

        harness.Starts("a").ShouldBe(starts);
        harness.Statuses.ShouldBe(status.ToString());
    }

    [Fact]
    public void Run_RetryIntervalLongerThanWhatIsLeftOfTheInterval_KeepsToTheInterval()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a", interval: Seconds(10), retryInterval: Seconds(7))))
            .With("a", "F").Begin();

        harness.Advance(20);

        harness.Starts("a").ShouldBe([0, 7, 10, 20]);
    }

    [Fact]
    public void Run_LongerThanTheInterval_IsNeverBesideItselfAndMissedStartsAreNotMadeUpFor()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a", interval: Seconds(10), timeout: Seconds(60)))).With("a", "GP")
            .Begin();

        harness.Advance(34);
        harness.Starts("a").ShouldBe([0]);

        harness.End("a");
        harness.Statuses.ShouldBe("H");
        harness.Advance(26);

        harness.Starts("a").ShouldBe([0, 40, 50, 60]);
    }

    [Fact]
    public void Run_ChildOfAnUnhealthyCheck_IsNotStartedAndRunsAtOnceOnItsRecovery()
    {
        using var harness = new SchedulerHarness(Plans.Agent(
            Plans.Check("db", interval: Seconds(10), failureThreshold: 1), Plans.Check("api", interval: Seconds(60), dependsOn: "db")))
                .With("db", "PFFFFP").Begin();

        harness.Advance(30);
        harness.Statuses.ShouldBe("U?");
        harness.Starts("api").ShouldBe([0.001]);
        harness.Advance(25);

        harness.Starts("db").ShouldBe([0, 10, 20, 30, 40, 50]);
        harness.Starts("api").ShouldBe([0.001, 50], "its own turn would have come at 60");
        harness.Statuses.ShouldBe("HH");
        harness.Advance(10);
        harness.Starts("api").ShouldBe([0.001, 50, 60], "its phase is kept");
    }

    [Fact]
    public void Run_ListenerThatThrows_EndsNoScheduleLosesNoWishAndIsLogged()
    {
        using var harness = new SchedulerHarness(
            Plans.Agent(Plans.Check("db", failureThreshold: 1), Plans.Check("api", interval: Seconds(60), dependsOn: "db")),
            new BrokenListener()).With("db", "PFP").Begin();

        harness.Advance(30);

        harness.Starts("db").ShouldBe([0, 10, 20, 30]);
        harness.Starts("api").ShouldBe([0.001, 20], "it was wanted as its parent recovered");
        harness.Log.Records.ShouldContain(
            record => record.Level == LogLevel.Error && record.Exception!.InnerException is InvalidOperationException);
    }

    [Fact]
    public void Iterate_WithNothingDue_MovesTheTimeOfTheSnapshotOnEverySecond()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a", interval: TimeSpan.FromHours(1)))).Begin();
        for (var second = 0; second < 30; second++)
        {
            var before = harness.Store.Current.Version;
            harness.Advance(1);

            harness.Pulse.Silence.ShouldBe(TimeSpan.Zero);
            harness.Store.Current.TakenAt.ShouldBe(harness.Clock.GetUtcNow());
            harness.Store.Current.Version.ShouldBe(before + 1);
        }

        harness.Starts("a").ShouldBe([0]);
    }

    [Fact]
    public void Iterate_WhileStopping_StartsNothing()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Check("a", 10))).Begin();
        harness.Clock.Advance(TimeSpan.FromSeconds(30));

        harness.Iterate(starting: false);

        harness.Starts("a").ShouldBe([0]);
    }

    private static CheckPlan Check(string name, double interval) => Plans.Check(name, interval: Seconds(interval));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private sealed class BrokenListener : IStateListener
    {
        public void OnRecorded(CheckState state, CompletedRun run, Transition? transition) => throw new InvalidOperationException("broken");

        public void OnFlapping(CheckState state, CompletedRun run)
        {
        }

        public void OnTransition(Transition transition) => throw new InvalidOperationException("broken");
    }
}
