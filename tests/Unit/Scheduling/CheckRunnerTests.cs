using HealthAgent.Checks;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

public sealed class CheckRunnerTests
{
    private readonly RunnerHarness _runner = new();

    [Theory]
    [InlineData("P", Result.Pass, null)]
    [InlineData("W", Result.Warn, null)]
    [InlineData("F", Result.Fail, ErrorType.Expectation)]
    public async Task RunAsync_WhatTheCheckReturns_IsItsOutcome(string outcome, Result result, ErrorType? errorType)
    {
        var report = await _runner.RunAsync(ScriptedCheck.Of(_runner.Clock, outcome));

        report.Record.Result.ShouldBe(result);
        report.Record.ErrorType.ShouldBe(errorType);
        report.Record.StartedAt.ShouldBe(Plans.Start);
        report.Abandoned.ShouldBeNull();
    }

    [Theory]
    [InlineData("P", 3, 1, Result.Pass)]
    [InlineData("FP", 0, 1, Result.Fail)]
    [InlineData("FP", 1, 2, Result.Pass)]
    [InlineData("FFP", 1, 2, Result.Fail)]
    [InlineData("FFP", 5, 3, Result.Pass)]
    [InlineData("FWP", 5, 2, Result.Warn)]
    public async Task RunAsync_AFailWithRetries_IsTriedAgainWithinTheRun(string outcomes, int retries, int tries, Result result)
    {
        var check = ScriptedCheck.Of(_runner.Clock, outcomes);

        var report = await _runner.RunAsync(check, retries: retries, timeout: 10);

        report.Record.Result.ShouldBe(result);
        check.Starts.Count.ShouldBe(tries);
        check.Overlapped.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_RetriesWithoutEnd_StayWithinTheDeadline()
    {
        var check = ScriptedCheck.Of(_runner.Clock, "F");

        var report = await _runner.RunAsync(check, retries: 100, timeout: 0.55);

        report.Record.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(0.55));
        check.Starts.ShouldBe([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    }

    [Fact]
    public async Task RunAsync_CheckThatHonoursItsDeadline_TimesOut()
    {
        var check = new ScriptedCheck(_runner.Clock, async (_, deadline) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _runner.Clock, deadline);
            return HealthCheckResult.Healthy();
        });

        var (report, seconds) = await _runner.RunUntilAsync(check, 1);

        seconds.ShouldBe(1);
        var outcome = report.Record;
        outcome.ErrorType.ShouldBe(ErrorType.Timeout);
        outcome.Reason.ShouldBe("no answer within 1s");
        outcome.Duration.ShouldBe(TimeSpan.FromSeconds(1));
        report.Abandoned.ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_CheckThatTellsMoreAtItsDeadline_IsHeard()
    {
        var check = new ScriptedCheck(_runner.Clock, async (_, deadline) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _runner.Clock, deadline);
            }
            catch (OperationCanceledException e)
            {
                throw new CheckFailedException(ErrorType.Timeout, "timed out while connecting", inner: e);
            }

            return HealthCheckResult.Healthy();
        });

        var (report, _) = await _runner.RunUntilAsync(check, 1);

        report.Record.Reason.ShouldBe("timed out while connecting");
    }

    [Fact]
    public async Task RunAsync_CheckThatIgnoresItsDeadline_IsAbandonedAfterAMomentOfGrace()
    {
        var gate = new TaskCompletionSource();

        var (report, seconds) = await _runner.RunUntilAsync(ScriptedCheck.Behind(_runner.Clock, gate.Task), 1, 1.249, 1.25);

        seconds.ShouldBe(1.25);
        report.Record.ErrorType.ShouldBe(ErrorType.Timeout);
        report.Record.Reason!.ShouldContain("did not respond to cancellation");
        report.Abandoned.ShouldNotBeNull().IsCompleted.ShouldBeFalse();

        gate.SetResult();
        await report.Abandoned.Ends();
    }

    [Fact]
    public async Task RunAsync_CheckThatWasAbandoned_IsNotTriedAgain()
    {
        var gate = new TaskCompletionSource();
        var check = ScriptedCheck.Behind(_runner.Clock, gate.Task);

        await _runner.RunUntilAsync(Plans.Check(retries: 5, make: _ => check), check, 1.25);

        check.Starts.Count.ShouldBe(1);
        gate.SetResult();
    }

    [Fact]
    public async Task RunAsync_CheckThatCannotBeMade_Fails()
    {
        var scheduled = new CheckInstance(Plans.Check(make: _ => throw new FileNotFoundException("no such thing")));

        var report = await _runner.Runner().RunAsync(scheduled).Ends();

        report.Record.ErrorType.ShouldBe(ErrorType.NotFound);
        report.Record.Reason.ShouldBe("no such thing");
    }

    [Fact]
    public async Task RunAsync_CheckThatThrowsAnOperationCanceledOfItsOwn_Fails()
    {
        var report = await _runner.RunAsync(
            new ScriptedCheck(_runner.Clock, (_, _) => throw new OperationCanceledException("the driver gave up")));

        report.Record.ErrorType.ShouldBe(ErrorType.Timeout);
        report.Record.Reason.ShouldBe("the driver gave up");
    }

    [Fact]
    public async Task RunAsync_Context_HasTheRegistration()
    {
        HealthCheckContext? seen = null;
        var plan = Plans.Check(make: _ => new SeeingCheck(context => seen = context));

        await _runner.Runner().RunAsync(new CheckInstance(plan)).Ends();

        seen.ShouldNotBeNull().Registration.ShouldBeSameAs(plan.Registration);
    }
}
