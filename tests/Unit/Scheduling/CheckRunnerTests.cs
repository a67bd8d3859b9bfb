using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Scheduling;

public sealed class CheckRunnerTests
{
    private readonly RunnerClock _clock = new();

    [Theory]
    [InlineData("P", Result.Pass, null)]
    [InlineData("W", Result.Warn, null)]
    [InlineData("F", Result.Fail, ErrorType.Expectation)]
    public async Task RunAsync_WhatTheCheckReturns_IsItsOutcome(string outcome, Result result, ErrorType? errorType)
    {
        var report = await RunAsync(ScriptedCheck.Of(_clock, outcome));

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
        var check = ScriptedCheck.Of(_clock, outcomes);

        var report = await RunAsync(check, retries: retries, timeout: 10);

        report.Record.Result.ShouldBe(result);
        check.Starts.Count.ShouldBe(tries);
        check.Overlapped.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_RetriesWithoutEnd_StayWithinTheDeadline()
    {
        var check = ScriptedCheck.Of(_clock, "F");

        var report = await RunAsync(check, retries: 100, timeout: 0.55);

        report.Record.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(0.55));
        check.Starts.ShouldBe([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    }

    [Fact]
    public async Task RunAsync_CheckThatHonoursItsDeadline_TimesOut()
    {
        var check = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline);
            return HealthCheckResult.Healthy();
        });

        var (report, seconds) = await RunUntilAsync(check, 1);

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
        var check = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline);
            }
            catch (OperationCanceledException e)
            {
                throw new CheckFailedException(ErrorType.Timeout, "timed out while connecting", inner: e);
            }

            return HealthCheckResult.Healthy();
        });

        var (report, _) = await RunUntilAsync(check, 1);

        report.Record.Reason.ShouldBe("timed out while connecting");
    }

    [Fact]
    public async Task RunAsync_CheckThatIgnoresItsDeadline_IsAbandonedAfterAMomentOfGrace()
    {
        var gate = new TaskCompletionSource();

        var (report, seconds) = await RunUntilAsync(ScriptedCheck.Behind(_clock, gate.Task), 1, 1.249, 1.25);

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
        var check = ScriptedCheck.Behind(_clock, gate.Task);

        await RunUntilAsync(Plans.Check(retries: 5, make: _ => check), check, 1.25);

        check.Starts.Count.ShouldBe(1);
        gate.SetResult();
    }

    [Fact]
    public async Task RunAsync_CheckThatCannotBeMade_Fails()
    {
        var scheduled = new CheckInstance(Plans.Check(make: _ => throw new FileNotFoundException("no such thing")));

        var report = await Runner().RunAsync(scheduled).Ends();

        report.Record.ErrorType.ShouldBe(ErrorType.NotFound);
        report.Record.Reason.ShouldBe("no such thing");
    }

    [Fact]
    public async Task RunAsync_CheckThatThrowsAnOperationCanceledOfItsOwn_Fails()
    {
        var report = await RunAsync(new ScriptedCheck(_clock, (_, _) => throw new OperationCanceledException("the driver gave up")));

        report.Record.ErrorType.ShouldBe(ErrorType.Timeout);
        report.Record.Reason.ShouldBe("the driver gave up");
    }

    [Fact]
    public async Task RunAsync_Context_HasTheRegistration()
    {
        HealthCheckContext? seen = null;
        var plan = Plans.Check(make: _ => new Seeing(context => seen = context));

        await Runner().RunAsync(new CheckInstance(plan)).Ends();

        seen.ShouldNotBeNull().Registration.ShouldBeSameAs(plan.Registration);
    }

    [Fact]
    public async Task RunAsync_WhenTraced_HasASpanThatSaysWhatTheOutcomeDoes()
    {
        using var listener = Listen();
        var plan = Plans.Check(
            "traced-fail", group: "orders", labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" },
            make: _ => ScriptedCheck.Of(_clock, "F"));

        var report = await Runner().RunAsync(new CheckInstance(plan)).Ends();

        var span = report.Span.ShouldNotBeNull();
        span.OperationName.ShouldBe("health_check traced-fail");
        span.Kind.ShouldBe(ActivityKind.Internal);
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription.ShouldBe("as scripted");
        span.Parent.ShouldBeNull();
        span.GetTagItem("health_check.name").ShouldBe("traced-fail");
        span.GetTagItem("health_check.kind").ShouldBe("scripted");
        span.GetTagItem("health_check.tier").ShouldBe("dependency");
        span.GetTagItem("health_check.group").ShouldBe("orders");
        span.GetTagItem("team").ShouldBe("payments");
        span.GetTagItem("health_check.outcome").ShouldBe("fail");
        span.GetTagItem("error.type").ShouldBe("expectation");
        report.Record.TraceId.ShouldBe(span.TraceId);
        span.IsStopped.ShouldBeFalse("what follows from the run still belongs to it");
        span.Dispose();
    }

    [Fact]
    public async Task RunAsync_WhenTraced_IsTheParentOfWhatTheCheckDoes()
    {
        using var listener = Listen();
        Activity? inside = null;
        var plan = Plans.Check("traced-pass", make: _ => new Seeing(_ => inside = Activity.Current));

        var report = await Runner().RunAsync(new CheckInstance(plan)).Ends();

        inside.ShouldNotBeNull().ShouldBeSameAs(report.Span);
        inside.Status.ShouldNotBe(ActivityStatusCode.Error);
        inside.GetTagItem("error.type").ShouldBeNull();
        inside.Dispose();
    }

    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Names.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private CheckRunner Runner() => new(new ServiceCollection().BuildServiceProvider(), new AgentClock(_clock), new BodyMemory(1), _clock);

    /// <summary>Runs a check that needs no time but for the pauses between its tries.</summary>
    private async Task<FinishedRun> RunAsync(ScriptedCheck check, int retries = 0, double timeout = 1)
    {
        var plan = Plans.Check(retries: retries, timeout: TimeSpan.FromSeconds(timeout), make: _ => check);
        var running = Runner().RunAsync(new CheckInstance(plan));
        for (var pauses = 1; pauses <= retries && !running.IsCompleted; pauses++)
        {
            await Eventually.Is(() => running.IsCompleted || _clock.Pauses == pauses, "it pauses");
            _clock.Advance(RunnerClock.Pause);
        }

        return await running.Ends();
    }

    private Task<(FinishedRun Report, double Seconds)> RunUntilAsync(ScriptedCheck check, params double[] times) =>
        RunUntilAsync(Plans.Check(make: _ => check), check, times);

    /// <summary>
    /// Runs a check with a deadline of one second, moving the clock to one time after the other; tells at which it ended.
    /// </summary>
    private async Task<(FinishedRun Report, double Seconds)> RunUntilAsync(CheckPlan plan, ScriptedCheck check, params double[] times)
    {
        var running = Runner().RunAsync(new CheckInstance(plan));
        // Two of the runner: its deadline and its patience.
        await Eventually.Is(() => check.Starts.Count == 1 && _clock.Timers >= 2, "it runs");
        foreach (var time in times)
        {
            running.IsCompleted.ShouldBeFalse();
            _clock.SetUtcNow(Plans.Start + TimeSpan.FromSeconds(time));
        }

        return (await running.Ends(), times[^1]);
    }

    /// <summary>A fake clock that knows which timers were made.</summary>
    private sealed class RunnerClock() : FakeTimeProvider(Plans.Start)
    {
        /// <summary>What the runner waits between tries.</summary>
        public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private int _pauses;
        private int _timers;

        public int Pauses => Volatile.Read(ref _pauses);

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            Interlocked.Add(ref _pauses, dueTime == Pause ? 1 : 0);
            return timer;
        }
    }

    private sealed class Seeing(Action<HealthCheckContext> see) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            see(context);
            return Task.FromResult(HealthCheckResult.Healthy());
        }
    }
}
