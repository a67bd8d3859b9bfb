using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Scenarios;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Steps that hang, ignore their deadline or are cancelled, on a clock of the test.</summary>
public sealed class ScenarioRunTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly List<(string Step, CancellationToken Stop)> _started = [];

    [Fact]
    public async Task Run_StepThatHonoursItsDeadline_LeavesCleanupItsTime()
    {
        var running = Run(Steps(Hang, Pass), Steps(Pass), seconds: 4);
        await Started("step0");

        _clock.Advance(TimeSpan.FromSeconds(3));
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 3s");
        record.Verdict.Steps.Select(step => step.Outcome).ShouldBe([StepOutcome.Fail, StepOutcome.Skipped, StepOutcome.Pass]);
        record.Duration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Run_StepThatIgnoresItsDeadline_IsLeftBehindAndCleanupRuns()
    {
        var gate = new TaskCompletionSource();
        var check = Instance(Steps(async (_, _) => await gate.Task), Steps(Pass), seconds: 4);
        var running = Runner().RunAsync(check);
        await Started("step0");
        await Eventually.Is(() => _started[0].Stop.CanBeCanceled, "it runs");

        _clock.Advance(TimeSpan.FromSeconds(3));
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 3s; the check did not respond to cancellation");
        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);

        var next = (await Runner().RunAsync(check).Ends()).Record;
        next.Reason.ShouldNotBeNull().ShouldContain("still active");
        gate.SetResult();
    }

    [Fact]
    public async Task Run_ThatIsCancelled_StillCleansUp()
    {
        var check = Instance(Steps(Hang), Steps(Pass), seconds: 20);
        var running = Runner().RunAsync(check);
        await Started("step0");

        check.Cancel();
        var record = (await running.Ends()).Record;

        record.Result.ShouldBe(Result.Fail);
        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);
    }

    [Fact]
    public async Task Run_ThatIsCancelledInAStepThatIgnoresIt_CleansUpSoon()
    {
        var gate = new TaskCompletionSource();
        var check = Instance(Steps(async (_, _) => await gate.Task), Steps(Pass), seconds: 60);
        var running = Runner().RunAsync(check);
        await Started("step0");

        check.Cancel();
        await Eventually.Is(() => _started[0].Stop.IsCancellationRequested, "it is cancelled");
        _clock.Advance(CheckAttempt.Grace);
        var record = (await running.Ends()).Record;

        record.Step("cleanup0").Outcome.ShouldBe(StepOutcome.Pass);
        gate.SetResult();
    }

    [Fact]
    public async Task Run_WhoseLastStepIgnoresItsDeadline_StillNamesIt()
    {
        var gate = new TaskCompletionSource();
        var running = Run(Steps(async (_, _) => await gate.Task), [], seconds: 4);
        await Started("step0");

        _clock.Advance(TimeSpan.FromSeconds(4));
        _clock.Advance(CheckAttempt.Grace);
        var record = (await running.Ends()).Record;

        record.Reason.ShouldBe("step 'step0' failed: no answer within 4s; the check did not respond to cancellation");
        record.Verdict.Steps.ShouldHaveSingleItem();
        gate.SetResult();
    }

    [Fact]
    public async Task Run_CleanupThatHangs_LeavesTheNextItsTime()
    {
        var running = Run(Steps(Pass), Steps(Hang, Pass), seconds: 4);
        await Started("cleanup0");

        _clock.Advance(TimeSpan.FromSeconds(2));
        var record = (await running.Ends()).Record;

        record.Result.ShouldBe(Result.Warn);
        record.Reason.ShouldBe("cleanup 'cleanup0' failed: no answer within 2s");
        record.Step("cleanup1").Outcome.ShouldBe(StepOutcome.Pass);
    }

    [Fact]
    public async Task Run_ThatIsCancelledWhileItCleansUp_HasTheReservedTimeForAllThatIsLeft()
    {
        // A quarter of 40 s, 10 s, is what an agent that stops waits for.
        var check = Instance(Steps(Pass), Steps(Hang, Pass), seconds: 40);
        using var cancel = new CancellationTokenSource();
        var running = Attempt().RunAsync(check, check.Plan, _clock.GetTimestamp(), see: null, cancel.Token);
        await Started("cleanup0");

        await cancel.CancelAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        var (verdict, _) = await running.Ends();

        verdict.Reason.ShouldBe("cleanup 'cleanup0' failed: no answer within 20s");
        verdict.Steps.Select(step => step.Outcome).ShouldBe([StepOutcome.Pass, StepOutcome.Fail, StepOutcome.Pass]);
    }

    [Fact]
    public async Task Run_WhenTraced_HasASpanPerStepBelowItsOwn()
    {
        var spans = new List<Activity>();
        var inside = new List<Activity?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Names.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) { spans.Add(span); } },
        };
        ActivitySource.AddActivityListener(listener);

        var run = await Run(
            Steps(
                (_, _) =>
                {
                    inside.Add(Activity.Current);
                    return Task.CompletedTask;
                },
                (_, _) => throw new CheckFailedException(ErrorType.Dns, "gone")),
            [], seconds: 4).Ends();
        run.Span.ShouldNotBeNull().Dispose();

        var steps = spans.Where(span => span.Parent == run.Span).ToList();
        steps.Select(span => span.DisplayName).ShouldBe(["health_check.step step0", "health_check.step step1"]);
        inside.ShouldBe([steps[0]]);
        steps[0].Status.ShouldBe(ActivityStatusCode.Unset);
        steps[1].Status.ShouldBe(ActivityStatusCode.Error);
        steps[1].GetTagItem("error.type").ShouldBe("dns");
        steps[1].GetTagItem("health_check.step").ShouldBe("step1");
        run.Record.ErrorType.ShouldBe(ErrorType.Dns);
    }

    private static Task Pass(int number, CancellationToken stop) => Task.CompletedTask;

    private async Task Hang(int number, CancellationToken stop) => await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);

    private static Func<int, CancellationToken, Task>[] Steps(params Func<int, CancellationToken, Task>[] steps) => steps;

    private Task Started(string step) => Eventually.Is(
        () => { lock (_started) { return _started.Exists(one => one.Step == step); } }, $"{step} runs");

    private Task<FinishedRun> Run(
        Func<int, CancellationToken, Task>[] steps, Func<int, CancellationToken, Task>[] cleanup, double seconds) =>
        Runner().RunAsync(Instance(steps, cleanup, seconds));

    private CheckInstance Instance(
        Func<int, CancellationToken, Task>[] steps, Func<int, CancellationToken, Task>[] cleanup, double seconds)
    {
        var scenario = new ScenarioPlan(
            [.. steps.Select((run, i) => Step($"step{i}", run, isCleanup: false))],
            [.. cleanup.Select((run, i) => Step($"cleanup{i}", run, isCleanup: true))]);
        return new CheckInstance(Plans.Check(
            timeout: TimeSpan.FromSeconds(seconds),
            make: _ => new ScenarioCheck(scenario),
            cleanupTime: ScenarioTime.Of(TimeSpan.FromSeconds(seconds), cleanup.Length).Cleanup) with
        {
            Steps = [.. scenario.Steps.Concat(scenario.Cleanup).Select(static step => new StepOutline(step.Name, step.Kind))],
        });
    }

    private ScenarioStep Step(string name, Func<int, CancellationToken, Task> run, bool isCleanup) => new()
    {
        Name = name,
        IsCleanup = isCleanup,
        Plan = Plans.Check(name, make: _ => new ScriptedCheck(_clock, async (number, stop) =>
        {
            lock (_started)
            {
                _started.Add((name, stop));
            }

            await run(number, stop);
            return HealthCheckResult.Healthy();
        })),
        Captures = [],
        Retry = null,
        References = [],
        Bind = static (_, _) => throw new NotSupportedException("it has no references"),
    };

    private CheckAttempt Attempt() => new(new ServiceCollection().BuildServiceProvider(), new BodyMemory(1), _clock);

    private CheckRunner Runner() => new(new ServiceCollection().BuildServiceProvider(), new AgentClock(_clock), new BodyMemory(1), _clock);
}
