using HealthAgent.Unit.Support;
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
}
