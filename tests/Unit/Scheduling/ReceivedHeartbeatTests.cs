using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Scheduling.Jobs;

namespace HealthAgent.Unit.Scheduling;

/// <summary>What a heartbeat says, and what is made of it.</summary>
public sealed class ReceivedHeartbeatTests
{
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

    private static SchedulerHarness Harness(params string[] lines) => new SchedulerHarness(Plans.Agent(Job(lines))).Begin();
}
