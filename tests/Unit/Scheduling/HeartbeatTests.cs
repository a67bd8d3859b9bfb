using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;
using HealthAgent.Unit.Support;

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
    public void Beat_SaysWhenTheNextIsExpected()
    {
        using var harness = Harness("interval: 60s", "grace: 5s");
        harness.Advance(10);

        harness.Beat("job").ExpectedBefore.ShouldBe(Plans.Start.AddSeconds(75));
    }

    [Theory]
    [InlineData(Result.Fail, "U", ErrorType.Exec, "disk full")]
    [InlineData(Result.Warn, "D", null, "disk full")]
    [InlineData(Result.Pass, "H", null, null)]
    public void Beat_ThatSaysHowTheJobEnded_IsAVerdict(Result result, string status, ErrorType? error, string? reason)
    {
        using var harness = Harness("interval: 60s");

        harness.Beat("job", result, "disk full", TimeSpan.FromSeconds(90));

        var state = harness.Store.Current.Checks[0];
        harness.Statuses.ShouldBe(status);
        (state.Last!.ErrorType, state.Last.Reason, state.Last.Duration).ShouldBe((error, reason, TimeSpan.FromSeconds(90)));
        state.Last.Verdict.Observations.Where(one => one.Name is "duration" or "message").Select(one => one.Value)
            .ShouldBe([TimeSpan.FromSeconds(90), "disk full"], ignoreOrder: true);
        state.Last.CompletedAt.ShouldBe(Plans.Start);
    }

    [Fact]
    public void Beat_WithAMessageOfAnything_IsShownInALineWithoutSecrets()
    {
        using var harness = Harness("interval: 60s", "token: correct-horse-battery");

        harness.Beat("job", Result.Fail, "one\ntwo\u001b[31m correct-horse-battery " + new string('x', 10_000));

        var reason = harness.Store.Current.Checks[0].Last!.Reason!;
        reason.ShouldStartWith("one two\uFFFD[31m *** xxx");
        reason.Length.ShouldBeLessThan(250);
    }

    [Fact]
    public void Beat_IsJudgedByConditions()
    {
        using var harness = Harness("interval: 1h", "warn: [duration > 10m]");

        harness.Beat("job", duration: TimeSpan.FromMinutes(11));

        harness.Statuses.ShouldBe("D");
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
    public void Beats_InAFlood_AreRefused()
    {
        using var harness = Harness("interval: 60s");

        var answers = Enumerable.Range(0, 12).Select(_ => harness.Beat("job")).ToList();

        answers.Count(receipt => receipt.Answer == HeartbeatAnswer.Done).ShouldBe(10);
        (answers[^1].Answer, answers[^1].RetryAfter).ShouldBe((HeartbeatAnswer.TooOften, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Beat_OfWhatTakesNone_IsRefused()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("db"))).Begin();

        harness.Beat("db").Answer.ShouldBe(HeartbeatAnswer.OtherKind);
        harness.Beat("nothing").Answer.ShouldBe(HeartbeatAnswer.UnknownCheck);
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

    private static CheckPlan Job(params string[] lines) => Rename(Configured.Plan(["kind: heartbeat", .. lines]));

    // The text of a configuration in tests names its only check so.
    private static CheckPlan Rename(CheckPlan plan) => plan with
    {
        Registration = new(
            "job", plan.Registration.Factory, null, null, plan.Registration.Timeout) { Period = plan.Registration.Period },
    };

    private SchedulerHarness Harness(params string[] lines) => new SchedulerHarness(Plans.Agent(Job(lines)), _events).Begin();
}
