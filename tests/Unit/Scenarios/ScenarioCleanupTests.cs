using HealthAgent.State;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Scenarios.ScriptedScenario;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Cleanup of runs that are cancelled or out of time, on a clock of the test.</summary>
public sealed class ScenarioCleanupTests
{
    private readonly ScriptedScenario _scenario = new();

    [Fact]
    public async Task Run_StepThatHonoursItsDeadline_LeavesCleanupItsTime()
    {
        var running = _scenario.Run(Steps(_scenario.Hang, Pass), Steps(Pass), seconds: 4);
        await _scenario.Started("step0");

        _scenario.Clock.Advance(TimeSpan.FromSeconds(3));
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 3s");
        record.Verdict.Steps.Select(step => step.Outcome).ShouldBe([StepOutcome.Fail, StepOutcome.Skipped, StepOutcome.Pass]);
        record.Duration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Run_StepThatIgnoresItsDeadline_IsLeftBehindAndCleanupRuns()
    {
        var gate = new TaskCompletionSource();
        var check = _scenario.Instance(Steps(async (_, _) => await gate.Task), Steps(Pass), seconds: 4);
        var running = _scenario.Runner().RunAsync(check);
        await _scenario.Started("step0");
        await Eventually.Is(() => _scenario.FirstToken().CanBeCanceled, "it runs");

        _scenario.Clock.Advance(TimeSpan.FromSeconds(3));
        _scenario.Clock.Advance(TimeSpan.FromMilliseconds(250));
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 3s; the check did not respond to cancellation");
        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);

        var next = (await _scenario.Runner().RunAsync(check).Ends()).Record;
        next.Reason.ShouldNotBeNull().ShouldContain("still active");
        gate.SetResult();
    }

    [Fact]
    public async Task Run_ThatIsCancelled_StillCleansUp()
    {
        var check = _scenario.Instance(Steps(_scenario.Hang), Steps(Pass), seconds: 20);
        var running = _scenario.Runner().RunAsync(check);
        await _scenario.Started("step0");

        check.Cancel();
        var record = (await running.Ends()).Record;

        record.Result.ShouldBe(Result.Fail);
        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);
    }

    [Fact]
    public async Task Run_ThatIsCancelledInAStepThatIgnoresIt_CleansUpSoon()
    {
        var gate = new TaskCompletionSource();
        var check = _scenario.Instance(Steps(async (_, _) => await gate.Task), Steps(Pass), seconds: 60);
        var running = _scenario.Runner().RunAsync(check);
        await _scenario.Started("step0");

        check.Cancel();
        await Eventually.Is(() => _scenario.FirstToken().IsCancellationRequested, "it is cancelled");

        // The moment that it is given begins when others have heard of the cancellation.
        await Eventually.Is(
            () =>
            {
                _scenario.Clock.Advance(TimeSpan.FromMilliseconds(10));
                return running.IsCompleted;
            },
            "it ends");
        var record = (await running).Record;

        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);
        gate.SetResult();
    }

    [Fact]
    public async Task Run_CleanupThatHangs_LeavesTheNextItsTime()
    {
        var running = _scenario.Run(Steps(Pass), Steps(_scenario.Hang, Pass), seconds: 4);
        await _scenario.Started("cleanup0");

        _scenario.Clock.Advance(TimeSpan.FromSeconds(2));
        var record = (await running.Ends()).Record;

        record.Result.ShouldBe(Result.Warn);
        record.Reason.ShouldBe("cleanup 'cleanup0' failed: no answer within 2s");
        record.Step("cleanup1").Outcome.ShouldBe(StepOutcome.Pass);
    }

    [Fact]
    public async Task Run_ThatIsCancelledWhileItCleansUp_HasTheReservedTimeForAllThatIsLeft()
    {
        // A quarter of 40 s, 10 s, is what an agent that stops waits for.
        var check = _scenario.Instance(Steps(Pass), Steps(_scenario.Hang, Pass), seconds: 40);
        using var cancel = new CancellationTokenSource();
        var running = _scenario.Attempt().RunAsync(check, check.Plan, _scenario.Clock.GetTimestamp(), see: null, cancel.Token);
        await _scenario.Started("cleanup0");

        await cancel.CancelAsync();
        _scenario.Clock.Advance(TimeSpan.FromSeconds(5));
        var (verdict, _) = await running.Ends();

        verdict.Reason.ShouldBe("cleanup 'cleanup0' failed: no answer within 20s");
        verdict.Steps.Select(step => step.Outcome).ShouldBe([StepOutcome.Pass, StepOutcome.Fail, StepOutcome.Pass]);
    }
}
