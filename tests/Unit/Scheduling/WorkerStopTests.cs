using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

/// <summary>What the end of the agent does to runs under way.</summary>
public sealed class WorkerStopTests
{
    private readonly LoopClock _clock = new();

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
}
