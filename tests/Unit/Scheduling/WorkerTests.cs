using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Scheduling;

public sealed class WorkerTests
{
    [Fact]
    public async Task Run_TwoChecks_EachAtItsOwnIntervalWithoutDrift()
    {
        var (plan, clock, checks) = Scripted(("a", 10, "P"), ("b", 25, "P"));
        await using var harness = new WorkerHarness(plan, clock, checks);

        await harness.StartAsync();
        await harness.AdvanceAsync(0.001, step: 0.001);
        await harness.AdvanceAsync(0.999, step: 0.999);
        await harness.AdvanceAsync(599);

        checks[0].Starts.ShouldBe(Enumerable.Range(0, 61).Select(i => i * 10d));
        checks[1].Starts.ShouldBe([0.001, .. Enumerable.Range(1, 24).Select(i => i * 25d)]);
    }

    [Fact]
    public async Task Run_Phase_DecidesWhenInTheIntervalRegularStartsAre()
    {
        var (plan, clock, checks) = Scripted(("a", 10, "P"));
        await using var harness = new WorkerHarness(plan, clock, checks);
        harness.Random.Value = 0.3;

        await harness.StartAsync();
        await harness.AdvanceAsync(35);

        checks[0].Starts.ShouldBe([0, 3, 13, 23, 33]);
    }

    [Fact]
    public async Task Run_DueWithinAFractionOfAMillisecond_IsSleptForInWholeOnes()
    {
        var (plan, clock, checks) = Scripted(("a", 10, "P"));
        await using var harness = new WorkerHarness(plan, clock, checks);
        harness.Random.Value = 0.30005;

        await harness.StartAsync();
        await harness.AdvanceAsync(3);
        await harness.AdvanceAsync(0.002, step: 0.001);

        checks[0].Starts.ShouldBe([0, 3.001]);
        clock.Sleeps.ShouldAllBe(sleep => sleep.Ticks % TimeSpan.TicksPerMillisecond == 0, "timers count whole milliseconds: less would not be slept but spun");
    }

    [Theory]
    [InlineData("FFFFF", 1, new double[] { 0, 2, 4, 10, 20, 30 }, 'U')]
    [InlineData("PFPPP", 1, new double[] { 0, 10, 12, 20, 30 }, 'H')]
    [InlineData("PFFFP", 1, new double[] { 0, 10, 12, 14, 20, 30 }, 'H')]
    [InlineData("WWWWW", 1, new double[] { 0, 2, 4, 10, 20, 30 }, 'D')]
    [InlineData("PPPPP", 3, new double[] { 0, 2, 4, 10, 20, 30 }, 'H')]
    [InlineData("FFFPP", 2, new double[] { 0, 2, 4, 10, 12, 20, 30 }, 'H')]
    public async Task Run_WhileOutcomesContradictTheStatus_ComesAfterTheRetryInterval(string outcomes, int successThreshold, double[] starts, char status)
    {
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, outcomes);
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check(interval: Seconds(10), retryInterval: Seconds(2), successThreshold: successThreshold, make: _ => check)), clock, [check]);

        await harness.StartAsync();
        await harness.AdvanceAsync(30);

        check.Starts.ShouldBe(starts);
        harness.Statuses.ShouldBe(status.ToString());
    }

    [Fact]
    public async Task Run_RetryIntervalLongerThanWhatIsLeftOfTheInterval_KeepsToTheInterval()
    {
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, "F");
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(interval: Seconds(10), retryInterval: Seconds(7), make: _ => check)), clock, [check]);

        await harness.StartAsync();
        await harness.AdvanceAsync(20);

        check.Starts.ShouldBe([0, 7, 10, 20]);
    }

    [Fact]
    public async Task Run_LongerThanTheInterval_IsNeverBesideItselfAndMissedStartsAreNotMadeUpFor()
    {
        var clock = new LoopClock();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = ScriptedCheck.Behind(clock, gate.Task);
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(interval: Seconds(10), timeout: Seconds(60), make: _ => check)), clock, [check]);

        await harness.StartAsync();
        await harness.AdvanceAsync(34);
        check.Starts.ShouldBe([0]);

        gate.SetResult();
        await Eventually.Is(() => harness.Statuses == "H", "the run is folded in");
        await harness.SettleAsync();
        await harness.AdvanceAsync(26);

        check.Starts.ShouldBe([0, 40, 50, 60]);
        check.Overlapped.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_MoreDueThanMayRunAtOnce_StartsTheOthersAsPlacesGetFree()
    {
        var clock = new LoopClock();
        var gates = Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var checks = gates.Select(gate => ScriptedCheck.Behind(clock, gate.Task)).ToArray();
        var plans = checks.Select((check, i) => Plans.Check($"check-{i}", interval: Seconds(100), timeout: Seconds(90), make: _ => check)).ToArray();
        await using var harness = new WorkerHarness(Plans.Agent(plans) with { Concurrency = 3 }, clock, checks);

        await harness.StartAsync();
        await harness.AdvanceAsync(2);
        Started().ShouldBe(3);
        harness.Running.ShouldBe(3);

        gates[1].SetResult();
        await Eventually.Is(() => Started() == 4, "a fourth is started");
        await harness.SettleAsync();
        await harness.AdvanceAsync(5);
        Started().ShouldBe(4);

        foreach (var gate in gates)
        {
            gate.TrySetResult();
        }

        await Eventually.Is(() => harness.Statuses == new string('H', 10), "all have run");
        await Eventually.Is(() => harness.Running == 0, "none is counted as running");
        harness.Lags.Max().ShouldBeGreaterThan(5, "those that had to wait started late, and the lag says so");

        int Started() => checks.Sum(check => check.Starts.Count);
    }

    [Fact]
    public async Task Run_CheckThatThrows_IsAFailAndTheScheduleGoesOn()
    {
        await RunsOn(clock => new ScriptedCheck(clock, (_, _) => throw new InvalidOperationException("thrown at once")), "thrown at once");
        await RunsOn(
            clock => new ScriptedCheck(clock, async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("thrown later");
            }),
            "thrown later");

        static async Task RunsOn(Func<LoopClock, ScriptedCheck> make, string reason)
        {
            var clock = new LoopClock();
            var check = make(clock);
            await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(failureThreshold: 1, make: _ => check)), clock, [check]);

            await harness.StartAsync();
            await harness.AdvanceAsync(20);

            check.Starts.ShouldBe([0, 10, 20]);
            var state = harness.Store.Current.Checks[0];
            state.Status.ShouldBe(CheckStatus.Unhealthy);
            state.Last!.Judgement.ErrorType.ShouldBe(ErrorType.Internal);
            state.Last.Judgement.Reason.ShouldBe(reason);
        }
    }

    [Fact]
    public async Task Run_FactoryThatThrows_IsAFailUntilItNoLongerDoes()
    {
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, "P");
        var made = 0;
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check(failureThreshold: 1, make: _ => ++made < 3 ? throw new InvalidOperationException("cannot be made") : check)), clock, [check]);

        await harness.StartAsync();
        await harness.AdvanceAsync(10);
        harness.Store.Current.Checks[0].Last!.Judgement.Reason.ShouldBe("cannot be made");
        harness.Statuses.ShouldBe("U");

        await harness.AdvanceAsync(20);

        harness.Statuses.ShouldBe("H");
        check.Starts.ShouldBe([20, 30]);
        made.ShouldBe(3, "a check is made once");
    }

    [Fact]
    public async Task Run_CheckThatIgnoresItsDeadline_IsAbandonedAndNotStartedBesideItself()
    {
        var clock = new LoopClock();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hangs = ScriptedCheck.Behind(clock, gate.Task);
        await ShouldBeAbandonedAsync(clock, hangs, gate.SetResult);
    }

    [Fact]
    public async Task Run_CheckThatBlocksItsThread_IsAbandonedAndNotStartedBesideItself()
    {
        var clock = new LoopClock();
        using var gate = new ManualResetEventSlim();
        var blocks = new ScriptedCheck(clock, (_, _) =>
        {
            gate.Wait(CancellationToken.None);
            return Task.FromResult(HealthCheckResult.Healthy());
        });
        try
        {
            await ShouldBeAbandonedAsync(clock, blocks, gate.Set);
        }
        finally
        {
            gate.Set();
        }
    }

    private static async Task ShouldBeAbandonedAsync(LoopClock clock, ScriptedCheck hangs, Action release)
    {
        var other = ScriptedCheck.Of(clock, "P");
        await using var harness = new WorkerHarness(
            Plans.Agent(
                Plans.Check("hangs", interval: Seconds(10), timeout: Seconds(1), failureThreshold: 1, make: _ => hangs),
                Plans.Check("other", interval: Seconds(10), make: _ => other)) with { Concurrency = 1 },
            clock, [hangs, other]);

        // At the deadline and a moment of grace it is abandoned, and its place is free for others.
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => hangs.Starts.Count == 1, "it is started");
        clock.Advance(TimeSpan.FromSeconds(1.25));
        await Eventually.Is(() => harness.Statuses == "UH", "it is abandoned and the other runs");
        var last = harness.Store.Current.Checks[0].Last!;
        last.Judgement.ErrorType.ShouldBe(ErrorType.Timeout);
        last.Judgement.Reason!.ShouldContain("no answer within 1s");
        last.Duration.ShouldBe(TimeSpan.FromSeconds(1.25));

        // As long as it hangs, what is due counts as a fail and nothing is started.
        await harness.SettleAsync();
        await harness.AdvanceAsync(8.75, step: 0.25);
        await harness.AdvanceAsync(25);
        hangs.Starts.ShouldBe([0]);
        harness.Skipped.ShouldBe(3, "at 10, 20 and 30 seconds");
        harness.Statuses.ShouldBe("UH");
        harness.Store.Current.Checks[0].Executions.Endings.ShouldHaveSingleItem().ShouldBe(new ExecutionCount(Result.Fail, ErrorType.Timeout, 4));
        harness.Store.Current.Checks[0].Last!.Judgement.Reason!.ShouldContain("still hangs");
        other.Starts.ShouldBe([1.25, 10, 20, 30]);

        // Once it has ended, it is started again.
        release();
        await Eventually.Is(() => !hangs.IsRunning, "it ends");
        for (var tries = 0; tries < 5 && harness.Statuses != "HH"; tries++)
        {
            await harness.AdvanceAsync(10);
        }

        harness.Statuses.ShouldBe("HH");
        hangs.Overlapped.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_ChildOfAnUnhealthyCheck_IsNotStartedAndRunsAtOnceOnItsRecovery()
    {
        var clock = new LoopClock();
        var checks = new[] { ScriptedCheck.Of(clock, "PFFFFP"), ScriptedCheck.Of(clock, "P") };
        await using var harness = new WorkerHarness(
            Plans.Agent(
                Plans.Check("db", interval: Seconds(10), failureThreshold: 1, make: _ => checks[0]),
                Plans.Check("api", interval: Seconds(60), make: _ => checks[1], dependsOn: "db")),
            clock, checks);

        await harness.StartAsync();
        await harness.AdvanceAsync(0.001, step: 0.001);
        await harness.AdvanceAsync(0.999, step: 0.999);
        await harness.AdvanceAsync(29);
        harness.Statuses.ShouldBe("U?");
        checks[1].Starts.ShouldBe([0.001]);
        await harness.AdvanceAsync(25);

        checks[0].Starts.ShouldBe([0, 10, 20, 30, 40, 50]);
        checks[1].Starts.ShouldBe([0.001, 50], "its own turn would have come at 60");
        harness.Statuses.ShouldBe("HH");
        await harness.AdvanceAsync(10);
        checks[1].Starts.ShouldBe([0.001, 50, 60], "its phase is kept");
    }

    [Fact]
    public async Task Run_ListenerThatThrows_EndsNoScheduleAndIsLogged()
    {
        var clock = new LoopClock();
        var checks = new[] { ScriptedCheck.Of(clock, "P"), ScriptedCheck.Of(clock, "P") };
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check("a", make: _ => checks[0]), Plans.Check("b", make: _ => checks[1])), clock, checks, new BrokenListener());

        await harness.StartAsync();
        await harness.AdvanceAsync(0.001, step: 0.001);
        await harness.AdvanceAsync(0.999, step: 0.999);
        await harness.AdvanceAsync(29);

        checks[0].Starts.ShouldBe([0, 10, 20, 30]);
        checks[1].Starts.ShouldBe([0.001, 10, 20, 30]);
        harness.Statuses.ShouldBe("HH");
        harness.Log.Records.ShouldContain(record => record.Level == LogLevel.Error && record.Exception!.InnerException is InvalidOperationException);
        harness.Pulse.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_RunsUnderWay_AreAwaitedAndFoldedIn()
    {
        var clock = new LoopClock();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = ScriptedCheck.Behind(clock, gate.Task);
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(timeout: Seconds(5), make: _ => check)), clock, [check]);
        await harness.StartAsync();

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        await harness.SettleAsync();
        stopping.IsCompleted.ShouldBeFalse();
        check.Disposed.ShouldBeFalse();

        gate.SetResult();
        await stopping.Ends();

        harness.Statuses.ShouldBe("H");
        harness.Running.ShouldBe(0);
        check.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_ARunThatHangs_EndsByItsDeadline()
    {
        var clock = new LoopClock();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = ScriptedCheck.Behind(clock, gate.Task);
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(timeout: Seconds(5), failureThreshold: 1, make: _ => check)), clock, [check]);
        await harness.StartAsync();

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(5.25));
        await stopping.Ends();

        harness.Statuses.ShouldBe("U");
        gate.SetResult();
    }

    [Fact]
    public async Task Stop_WithChecksDue_StartsNoneOfThem()
    {
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, "P");
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(make: _ => check)), clock, [check]);
        await harness.StartAsync();

        await harness.Worker.StopAsync(CancellationToken.None).Ends();
        clock.Advance(TimeSpan.FromMinutes(5));

        check.Starts.ShouldBe([0]);
        check.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_WithoutChecks_Ends()
    {
        await using var harness = new WorkerHarness(Plans.Agent(), new LoopClock(), []);
        await harness.StartAsync();

        await harness.Worker.StopAsync(CancellationToken.None).Ends();
    }

    [Fact]
    public async Task Beat_WithNothingDue_ComesEverySecond()
    {
        var clock = new LoopClock();
        var check = ScriptedCheck.Of(clock, "P");
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(interval: TimeSpan.FromHours(1), make: _ => check)), clock, [check]);
        await harness.StartAsync();
        for (var second = 0; second < 30; second++)
        {
            var before = harness.Store.Current.Version;
            await harness.AdvanceAsync(1);

            harness.Pulse.Silence.ShouldBe(TimeSpan.Zero);
            harness.Store.Current.TakenAt.ShouldBe(clock.GetUtcNow(), "the snapshot's time moves on as well");
            harness.Store.Current.Version.ShouldBe(before + 1);
        }

        check.Starts.ShouldBe([0]);
    }

    [Fact]
    public void IsAlive_WithoutABeat_EndsAtTheLimit()
    {
        var clock = new LoopClock();
        var pulse = new SchedulerPulse(clock);

        clock.Advance(SchedulerPulse.Limit - TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeTrue();
        clock.Advance(TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeFalse();
        pulse.Silence.ShouldBe(SchedulerPulse.Limit);

        pulse.Beat();
        pulse.IsAlive.ShouldBeTrue();
    }

    private static (AgentPlan Plan, LoopClock Clock, ScriptedCheck[] Checks) Scripted(params (string Name, int Interval, string Outcomes)[] rows)
    {
        var clock = new LoopClock();
        var checks = rows.Select(row => ScriptedCheck.Of(clock, row.Outcomes)).ToArray();
        var plans = rows.Select((row, i) => Plans.Check(row.Name, interval: Seconds(row.Interval), make: _ => checks[i])).ToArray();
        return (Plans.Agent(plans), clock, checks);
    }

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
