using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Scheduling.Jobs;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Jobs that send heartbeats, and jobs that do not.</summary>
public sealed class HeartbeatTests
{
    private readonly RecordingListener _events = new();

    [Fact]
    public void Job_ThatIsNeverHeardOf_IsMissedAfterIntervalAndGrace()
    {
        using var harness = Harness("interval: 60s", "grace: 5s");

        harness.Advance(64.9);
        (harness.Statuses, harness.Store.Current.Checks[0].Executions.Endings.Length).ShouldBe(("?", 0));
        harness.Advance(0.2);

        harness.Statuses.ShouldBe("U");
        var last = harness.Store.Current.Checks[0].Last!;
        (last.ErrorType, last.Reason).ShouldBe(
            (ErrorType.MissedHeartbeat, "no heartbeat yet; one is expected every 1m, with a grace of 5s"));
    }

    [Fact]
    public void Job_ThatReportsInTime_IsHealthyUntilItDoesNot()
    {
        using var harness = Harness("interval: 60s", "grace: 5s");
        for (var i = 0; i < 5; i++)
        {
            harness.Advance(64);
            harness.Beat("job").Answer.ShouldBe(HeartbeatAnswer.Done);
        }

        harness.Statuses.ShouldBe("H");
        harness.Advance(64);
        harness.Statuses.ShouldBe("H");
        harness.Advance(1.1);

        harness.Statuses.ShouldBe("U");
        harness.Store.Current.Checks[0].Last!.Reason.ShouldBe("no heartbeat for 1m5s; one is expected every 1m, with a grace of 5s");
        harness.Beat("job");
        (harness.Statuses, string.Join(' ', _events.Lines)).ShouldBe(("H", "job ?>H job H>U job U>H"));
    }

    [Fact]
    public void Job_ThatIsSilentForLong_IsMissedAgainAndAgainAndNeverStale()
    {
        using var harness = Harness("interval: 60s", "grace: 300s", "failureThreshold: 2");
        harness.Beat("job");

        harness.Advance(3600);

        var state = harness.Store.Current.Checks[0];
        (state.Status, state.IsStale, state.Streak.Fails).ShouldBe((CheckStatus.Unhealthy, false, 10));
    }

    [Fact]
    public void Start_WithoutAnEndWithinTheTimeout_IsAFail()
    {
        using var harness = Harness("interval: 1h", "timeout: 60s");
        harness.Beat("job");
        harness.Advance(1800);

        harness.Beat("job", result: null).ExpectedBefore.ShouldBe(Plans.Start.AddSeconds(1860));
        harness.Advance(30);
        harness.Beat("job", result: null).ExpectedBefore.ShouldBe(Plans.Start.AddSeconds(1860), "it crashed, and starts again");
        harness.Advance(29);
        harness.Statuses.ShouldBe("H");
        harness.Advance(1.1);

        harness.Statuses.ShouldBe("U");
        var last = harness.Store.Current.Checks[0].Last!;
        (last.ErrorType, last.Reason).ShouldBe((ErrorType.Timeout, "the job has not finished within 1m of its start"));
    }

    [Fact]
    public void End_AfterAStart_TellsHowLongTheJobTook()
    {
        using var harness = Harness("interval: 1h", "timeout: 60s");

        harness.Beat("job", result: null);
        harness.Advance(42);
        harness.Beat("job");
        harness.Advance(60);

        harness.Statuses.ShouldBe("H");
        harness.Store.Current.Checks[0].Last!.Duration.ShouldBe(TimeSpan.FromSeconds(42));
    }

    [Fact]
    public void Job_WhoseParentIsUnhealthy_IsNotMissed_AndHasItsTimeAfterwards()
    {
        var plan = Plans.Agent(
            Plans.Check("db", failureThreshold: 1, interval: TimeSpan.FromSeconds(60)),
            Configured.Plan("kind: heartbeat", "interval: 60s", "grace: 5s") with { DependsOn = ["db"] });
        using var harness = new SchedulerHarness(plan).With("db", "FFFFP").Begin();

        harness.Advance(239);
        var suppressed = harness.Store.Current.Checks[1];
        (suppressed.SuppressedBy, suppressed.Executions.Endings.Length).ShouldBe(("db", 0), "nothing is missed while nothing is expected");
        harness.Advance(60);
        harness.Statuses.ShouldBe("H?", "db recovered at 240 s");
        harness.Advance(6.1);

        harness.Statuses.ShouldBe("HU");
    }

    [Fact]
    public void Reload_ThatChangesTheToken_LeavesTheDeadline_AnotherIntervalBeginsAnew()
    {
        using var harness = Harness("interval: 60s", "grace: 5s", "token: one");
        harness.Beat("job");
        harness.Advance(50);

        harness.Replace(Plans.Agent(Job("interval: 60s", "grace: 5s", "token: another")));
        harness.Advance(14.9);
        harness.Statuses.ShouldBe("H");
        harness.Advance(0.2);
        harness.Statuses.ShouldBe("U");
        harness.Replace(Plans.Agent(Job("interval: 90s", "grace: 5s", "token: another")));
        harness.Advance(94);
        harness.Statuses.ShouldBe("?");
        harness.Advance(1.1);

        harness.Statuses.ShouldBe("U");
    }

    [Fact]
    public void Restart_OfTheAgent_GivesAtLeastTheGraceAndSaysThatOneMayBeLost()
    {
        var clock = new LoopClock();
        CarriedState carried;
        using (var before = Harness("interval: 60s", "grace: 10s"))
        {
            before.Beat("job");
            carried = CarriedState.Of(before.Store.Current, Plans.At(0)).Single();
        }

        clock.Advance(TimeSpan.FromSeconds(100));
        using var harness = new SchedulerHarness(Plans.Agent(Job("interval: 60s", "grace: 10s")), clock, [carried], _events).Begin();
        harness.Advance(9.9);
        harness.Statuses.ShouldBe("H");
        harness.Advance(0.2);

        harness.Store.Current.Checks[0].Last!.Reason.ShouldBe(
            "no heartbeat for 1m50s; one is expected every 1m, with a grace of 10s; "
            + "the agent did not run until 10s ago, and one that came before is lost");
    }

    private SchedulerHarness Harness(params string[] lines) => new SchedulerHarness(Plans.Agent(Job(lines)), _events).Begin();
}
