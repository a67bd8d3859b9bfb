using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>How canary runs on Dagu 2.15 fail, and which section of the runbook the reason names.</summary>
public sealed class DaguCanaryFailureTests
{
    [Fact]
    public async Task Canary_ThatFails_SaysAtWhichError()
    {
        await using var dagu = await DaguCanaryTests.StartAsync();
        dagu.OnStart = run =>
        {
            (run.Status, run.FinishedAt) = (StandInStatus.Failed, run.StartedAt);
            run.StepErrors.Add("failed to execute step \"done\": exit status 3");
        };
        using var check = DaguCanaryTests.Check(dagu, "by: start");
        var verdict = await check.JudgeAsync();
        verdict.Reason!.ShouldStartWith(
            $"canary by start: the run failed ({dagu.Runs[0].Id}): failed to execute step \"done\": exit status 3");
        dagu.Repairs.ShouldBe(0);
    }

    [Fact]
    public async Task Canary_WithALongError_StillNamesTheRunbook()
    {
        await using var dagu = await DaguCanaryTests.StartAsync();
        dagu.OnStart = run =>
        {
            (run.Status, run.FinishedAt) = (StandInStatus.Failed, run.StartedAt);
            run.StepErrors.Add("exit status 3\nrecent stderr (tail):\n" + string.Join(' ', Enumerable.Repeat("no such table", 40)));
        };
        using var check = DaguCanaryTests.Check(dagu, "by: start");
        (await check.JudgeAsync()).Reason!.ShouldMatch(
            @"^canary by start: the run failed \(.*\): exit status 3 recent stderr \(tail\): no such .* …; runbook dagu\.md#canary-fails");
    }

    [Theory]
    [InlineData(400, "400: failed to process document 0; runbook dagu.md#dag-files-with-errors")]
    [InlineData(500, "500: An unexpected error occurred; runbook dagu.md#canary-fails")]
    public async Task Canary_ThatIsNotAccepted_NamesARunbook(int status, string reason)
    {
        await using var dagu = await DaguCanaryTests.StartAsync();
        dagu.StartRefusal = status == 400 ? (400, "bad_request", "failed to process document 0")
            : (500, "internal_error", "An unexpected error occurred");
        using var check = DaguCanaryTests.Check(dagu, "by: start");
        var verdict = await check.JudgeAsync();
        verdict.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        verdict.Reason.ShouldBe($"canary by start: Dagu did not accept the run: {reason}");
    }

    [Fact]
    public async Task Canary_InAQueueAtItsLimit_SaysSo()
    {
        await using var dagu = await DaguCanaryTests.StartAsync();
        dagu.OnEnqueue = run => run.Conditions.Add(
            new StandInCondition("Runnable", "False", "MaxConcurrencyReached", "…") { CheckedAt = dagu.Now });
        using var check = DaguCanaryTests.Check(dagu, "by: enqueue");
        (await check.JudgeAsync()).Reason!.ShouldContain(
            "): its queue is at its limit (MaxConcurrencyReached); runbook dagu.md#canary-fails");
    }

    [Fact]
    public async Task Canary_ThatIsNotThere_IsNotFound()
    {
        await using var dagu = await DaguStandIn.StartAsync(new LeapingClock(DaguCanaryTests.Noon));
        using var check = DaguCanaryTests.Check(dagu);
        var verdict = await check.JudgeAsync();
        verdict.ErrorType.ShouldBe(ErrorType.NotFound);
        verdict.Reason.ShouldBe("there is no DAG 'canary' to run as a canary");
    }
}
