using HealthAgent.Scheduling;
using HealthAgent.Unit.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

/// <summary>The loop around the scheduler, with its threads; what it decides is in <see cref="SchedulerTests"/>.</summary>
public sealed class WorkerTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public async Task Run_CheckThatThrows_IsAFailAndTheScheduleGoesOn()
    {
        var check = new ScriptedCheck(_clock, (_, _) => throw new InvalidOperationException("thrown"));
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(failureThreshold: 1, make: _ => check)), _clock);

        await harness.Worker.StartAsync(CancellationToken.None);
        await harness.AdvanceUntilAsync(() => check.Starts.Count == 3, "it runs again and again");

        await Eventually.Is(() => harness.Statuses == "U", "it has failed");
        harness.Store.Current.Checks[0].Last!.Reason.ShouldBe("thrown");
    }

    [Fact]
    public async Task Run_FactoryThatThrows_IsAFailUntilItNoLongerDoes()
    {
        var (check, made) = (ScriptedCheck.Of(_clock, "P"), 0);
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check(
                failureThreshold: 1, make: _ => ++made < 3 ? throw new InvalidOperationException("cannot be made") : check)), _clock);

        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => harness.Statuses == "U", "it has failed");
        harness.Store.Current.Checks[0].Last!.Reason.ShouldBe("cannot be made");
        await harness.AdvanceUntilAsync(() => check.Starts.Count == 2, "it is made and runs twice");

        made.ShouldBe(3, "a check is made once");
    }

    [Fact]
    public async Task Run_ThatStillWaitsForAThread_DoesNotMissItsDeadline()
    {
        using var thread = new ManualResetEventSlim();
        var check = ScriptedCheck.Of(_clock, "P");
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check(failureThreshold: 1, make: _ =>
            {
                thread.Wait(CancellationToken.None);
                return check;
            })),
            _clock);
        await harness.Worker.StartAsync(CancellationToken.None);

        var looks = 0;
        await harness.AdvanceUntilAsync(() => harness.Running == 1 && ++looks == 20, "the run waits for long");
        thread.Set();

        await Eventually.Is(() => harness.Statuses == "H", "it has passed");
    }

    [Fact]
    public async Task Run_CheckThatBlocksItsThread_IsAbandonedAndTheOthersGoOn()
    {
        using var gate = new ManualResetEventSlim();
        var blocks = new ScriptedCheck(_clock, (_, _) =>
        {
            gate.Wait(CancellationToken.None);
            return Task.FromResult(HealthCheckResult.Healthy());
        });
        var other = ScriptedCheck.Of(_clock, "P");
        await using var harness = new WorkerHarness(
            Plans.Agent(Plans.Check("blocks", failureThreshold: 1, make: _ => blocks),
                Plans.Check("other", make: _ => other)) with { Concurrency = 1 }, _clock);
        try
        {
            await harness.Worker.StartAsync(CancellationToken.None);
            await Eventually.Is(() => blocks.IsRunning, "it blocks");
            _clock.Advance(TimeSpan.FromSeconds(1.25));
            await harness.AdvanceUntilAsync(() => harness.Statuses == "UH", "it is abandoned and the other runs");

            var last = harness.Store.Current.Checks[0].Last!;
            (last.Verdict.ErrorType, blocks.Starts.Count, blocks.Overlapped).ShouldBe((ErrorType.Timeout, 1, false));
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task Replace_ARunUnderWayOfACheckThatIsGone_IsCancelled()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            await using var seen = deadline.Register(cancelled.SetResult);
            await cancelled.Task;
            return default;
        });
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        await harness.Worker.ReplaceAsync(Plans.Agent()).Ends();
        await cancelled.Task.Ends();

        await Eventually.Is(() => harness.Running == 0 && check.Disposed, "the run has ended and the check is disposed");
        harness.Store.Current.Checks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Replace_ThatThrows_FailsForItsCallerAndTheLoopGoesOn()
    {
        var check = ScriptedCheck.Of(_clock, "P");
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);

        var replaced = harness.Worker.ReplaceAsync(Plans.Agent() with { Maintenance = new ReplaceTests.Broken() });

        await Should.ThrowAsync<InvalidOperationException>(() => replaced.Ends());
        await harness.AdvanceUntilAsync(() => check.Starts.Count == 3, "the previous configuration is in force");
    }

    [Fact]
    public async Task Replace_OfAStoppedWorker_SaysSo()
    {
        await using var harness = new WorkerHarness(Plans.Agent(), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await harness.Worker.StopAsync(CancellationToken.None).Ends();

        await Should.ThrowAsync<InvalidOperationException>(() => harness.Worker.ReplaceAsync(Plans.Agent()));
    }

    [Fact]
    public async Task Replace_ThatTheLoopDoesNotReadBeforeItEnds_IsRefused()
    {
        var (stall, check) = (new StallingListener(), ScriptedCheck.Of(_clock, "P"));
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(make: _ => check)), _clock, stall);
        await harness.Worker.StartAsync(CancellationToken.None);
        await stall.Stalled.Ends();

        // While the loop stands still, it is asked to stop, and then given a configuration.
        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        var replaced = harness.Worker.ReplaceAsync(Plans.Agent());
        stall.GoOn();
        await stopping.Ends();

        await Should.ThrowAsync<InvalidOperationException>(() => replaced.Ends());
    }

    [Fact]
    public async Task Replace_OfAWorkerThatNeverRan_IsRefusedWhenItIsDisposed()
    {
        var harness = new WorkerHarness(Plans.Agent(), _clock);
        var replaced = harness.Worker.ReplaceAsync(Plans.Agent());

        await harness.DisposeAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => replaced.Ends());
    }

    [Fact]
    public async Task Stop_RunsUnderWay_AreAwaitedAndFoldedIn()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = ScriptedCheck.Behind(_clock, gate.Task);
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(timeout: TimeSpan.FromSeconds(5), make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        (stopping.IsCompleted, check.Disposed).ShouldBe((false, false));
        gate.SetResult();
        await stopping.Ends();

        (harness.Statuses, harness.Running, check.Disposed).ShouldBe(("H", 0, true));
    }

    [Fact]
    public async Task Stop_ARunThatHangs_EndsByItsDeadline()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = ScriptedCheck.Behind(_clock, gate.Task);
        await using var harness =
            new WorkerHarness(Plans.Agent(Plans.Check(timeout: TimeSpan.FromSeconds(5), failureThreshold: 1, make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(5.25));
        await stopping.Ends();

        harness.Statuses.ShouldBe("U");
        gate.SetResult();
    }

    [Fact]
    public async Task Stop_ARunThatWouldTakeLong_IsCancelledAndNotReported()
    {
        var check = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline);
            return HealthCheckResult.Healthy();
        });
        await using var harness =
            new WorkerHarness(Plans.Agent(Plans.Check(timeout: TimeSpan.FromSeconds(60), failureThreshold: 1, make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await stopping.Ends();

        (harness.Store.Current.Checks[0].Last, harness.Running, check.Disposed).ShouldBe((null, 0, true));
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(2.5, 3.5)]
    public async Task Stop_ARunThatCleansUp_IsCancelledSoEarlyThatItsCleanupHasItsTime(double seconds, double cancelledAfter)
    {
        var (cleanupTime, notYet) = (TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(1));
        var (isCleaning, isClean) = (false, false);
        var check = new ScriptedCheck(_clock, async (_, deadline) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var cleaned = Task.Delay(cleanupTime, _clock, CancellationToken.None);
            Volatile.Write(ref isCleaning, true);
            await cleaned;
            Volatile.Write(ref isClean, true);
            return HealthCheckResult.Healthy();
        });
        var plan = Plans.Check(timeout: TimeSpan.FromSeconds(60), make: _ => check, cleanupTime: cleanupTime);
        await using var harness = new WorkerHarness(Plans.Agent(plan), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        var stopping = harness.Worker.StopAsync(CancellationToken.None);
        if (cancelledAfter > 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(cancelledAfter) - notYet);
            Volatile.Read(ref isCleaning).ShouldBeFalse();
            _clock.Advance(notYet);
        }

        await Eventually.Is(() => Volatile.Read(ref isCleaning), "the run is cancelled");
        _clock.Advance(cleanupTime - notYet);
        stopping.IsCompleted.ShouldBeFalse();
        _clock.Advance(notYet);
        await stopping.Ends();

        (isClean, harness.Store.Current.Checks[0].Last, harness.Running).ShouldBe((true, null, 0));
    }

    [Fact]
    public async Task Stop_ARunThatIgnoresItsCancellation_IsLeft()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = new ScriptedCheck(_clock, async (_, _) =>
        {
            await gate.Task;
            return HealthCheckResult.Healthy();
        });
        await using var harness = new WorkerHarness(Plans.Agent(Plans.Check(timeout: TimeSpan.FromSeconds(60), make: _ => check)), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);
        await Eventually.Is(() => check.IsRunning, "the run is under way");

        // Whatever time the host has left.
        var stopping = harness.Worker.StopAsync(new CancellationToken(canceled: true));
        stopping.IsCompleted.ShouldBeFalse();
        await harness.AdvanceUntilAsync(() => stopping.IsCompleted, "the stop ends", hanging: 1);

        (check.IsRunning, harness.Store.Current.Checks[0].Last).ShouldBe((true, null));
        gate.SetResult();
        await Eventually.Is(() => !check.IsRunning, "the run has ended");
    }

    [Fact]
    public async Task Stop_WithoutChecks_Ends()
    {
        await using var harness = new WorkerHarness(Plans.Agent(), _clock);
        await harness.Worker.StartAsync(CancellationToken.None);

        await harness.Worker.StopAsync(CancellationToken.None).Ends();
    }

    [Fact]
    public void IsAlive_WithoutABeat_EndsAtTheLimit()
    {
        var pulse = new SchedulerPulse(_clock);

        _clock.Advance(SchedulerPulse.Limit - TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromTicks(1));
        pulse.IsAlive.ShouldBeFalse();
        pulse.Silence.ShouldBe(SchedulerPulse.Limit);

        pulse.Beat();
        pulse.IsAlive.ShouldBeTrue();
    }
}
