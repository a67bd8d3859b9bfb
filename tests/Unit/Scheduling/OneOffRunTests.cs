using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Runs on no schedule: they wait for the slots of all runs, and nothing is kept of them.</summary>
public sealed class OneOffRunTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public async Task Run_EndsWithItsRecordAndIsInNoSnapshot()
    {
        var check = ScriptedCheck.Of(_clock, "F");
        await using var harness = await StartAsync(concurrency: 2);
        var before = harness.Store.Current;

        var record = await harness.Worker.RunOnceAsync(RunOf(check), CancellationToken.None).Ends();

        record.ShouldNotBeNull().Result.ShouldBe(Result.Fail);
        check.Starts.Count.ShouldBe(1);
        await Eventually.Is(() => check.Disposed, "what it held is disposed");
        harness.Store.Current.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task Run_ThatIsWithdrawnWhileItWaits_DoesNotStart()
    {
        var gate = new TaskCompletionSource();
        await using var harness = await StartAsync(concurrency: 1);
        var first = harness.Worker.RunOnceAsync(RunOf(ScriptedCheck.Behind(_clock, gate.Task)), CancellationToken.None);
        await Eventually.Is(() => harness.Running == 1, "the first is under way");
        var check = ScriptedCheck.Of(_clock, "P");
        using var withdrawn = new CancellationTokenSource();
        var second = RunOf(check);
        var waiting = harness.Worker.RunOnceAsync(second, withdrawn.Token);

        await withdrawn.CancelAsync();

        (await waiting.Ends()).ShouldBeNull();
        second.HasStarted.ShouldBeTrue("it is done");
        gate.SetResult();
        (await first.Ends()).ShouldNotBeNull().Result.ShouldBe(Result.Pass);
        check.Starts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ThatIsWithdrawnWhileItRuns_IsCancelled()
    {
        var check = new ScriptedCheck(_clock, async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);
            return HealthCheckResult.Healthy();
        });
        await using var harness = await StartAsync(concurrency: 1);
        using var withdrawn = new CancellationTokenSource();
        var running = harness.Worker.RunOnceAsync(RunOf(check), withdrawn.Token);
        await Eventually.Is(() => check.IsRunning, "it is under way");

        await withdrawn.CancelAsync();

        (await running.Ends()).ShouldNotBeNull().Result.ShouldBe(Result.Fail);
        await Eventually.Is(() => harness.Running == 0, "its slot is free");
    }

    [Fact]
    public async Task Run_AfterTheAgentStopped_DoesNotStart()
    {
        var harness = await StartAsync(concurrency: 1);
        await harness.Worker.StopAsync(CancellationToken.None);

        (await harness.Worker.RunOnceAsync(RunOf(ScriptedCheck.Of(_clock, "P")), CancellationToken.None).Ends()).ShouldBeNull();
        await harness.DisposeAsync();
    }

    [Fact]
    public void Host_OfARunThatEnded_IsForgottenUnlessAChecksIs()
    {
        var admission = new Admission();
        admission.Limit(Plans.Agent(Plans.Check("db", host: "db.example")));
        foreach (var (host, known) in new[] { ("a.example", 0), ("DB.example", 1) })
        {
            var check = new OneOffRun(Plans.Check(host: host)).Check;
            admission.TryEnter(check, TimeSpan.Zero).ShouldBeTrue();
            admission.Hosts.ShouldBe(1);
            admission.Leave(check, TimeSpan.Zero, TimeSpan.Zero);
            admission.Forget(check);
            admission.Hosts.ShouldBe(known, host);
        }
    }

    [Fact]
    public void Host_OfARunThatIsWithdrawn_IsForgotten()
    {
        var admission = new Admission();
        admission.Limit(Plans.Agent() with { Concurrency = 0 });
        var check = new OneOffRun(Plans.Check(host: "a.example")).Check;
        admission.TryEnter(check, TimeSpan.Zero).ShouldBeFalse();

        admission.Withdraw(check);

        admission.Hosts.ShouldBe(0);
        admission.Limit(Plans.Agent());
        admission.CanCall.ShouldBeFalse();
    }

    private static OneOffRun RunOf(ScriptedCheck check) => new(Plans.Check("once", host: "target.example", make: _ => check));

    private async Task<WorkerHarness> StartAsync(int concurrency)
    {
        var harness = new WorkerHarness(Plans.Agent() with { Concurrency = concurrency }, _clock);
        await harness.Worker.StartAsync(TestContext.Current.CancellationToken);
        return harness;
    }
}
