using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Another configuration for a loop that runs, stands still, or has ended.</summary>
public sealed class WorkerReplaceTests
{
    private readonly LoopClock _clock = new();

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
}
