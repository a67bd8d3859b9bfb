using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Workers and coordinators, replayed on a stand-in of 2.15.</summary>
public sealed class DaguWorkerTests
{
    [Fact]
    public async Task Coordinator_ThatIsMissing_Fails()
    {
        await using var watch = await DaguWatch.StartAsync("coordinators: 2");
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        var verdict = await watch.RunAsync();
        verdict.Reason.ShouldBe(
            "1 of 2 coordinators registered: distributed runs wait; runbook dagu.md#no-coordinator "
            + "(coordinators.missingFor <= 30s: was 1h)");
        verdict.Observed("coordinators").ShouldBe(1);
        verdict.Observed("coordinators.missing").ShouldBe(1);
    }

    [Fact]
    public async Task Coordinator_ThatIsRestarted_IsNoFault()
    {
        await using var watch = await DaguWatch.StartAsync("coordinators: 1");
        var coordinator = new StandInService("c", "host-a", watch.Dagu.Now);
        watch.Dagu.Coordinators.Add(coordinator);
        (await watch.RunAsync()).Result.ShouldBe(Result.Pass);
        watch.Dagu.Coordinators.Clear();
        var verdicts = await watch.RunForAsync(30);
        verdicts.ShouldAllBe(verdict => verdict.Result == Result.Pass);
        verdicts[^1].Observed("coordinators.missing").ShouldBe(1);
        verdicts[^1].Observed("coordinators.missingFor").ShouldBe(TimeSpan.FromSeconds(25));
        watch.Dagu.Coordinators.Add(coordinator);
        (await watch.RunForAsync(5))[^1].Observed("coordinators.missingFor").ShouldBe(TimeSpan.Zero);
        watch.Dagu.Coordinators.Clear();
        (await watch.RunForAsync(40))[^1].Result.ShouldBe(Result.Fail);
    }

    [Fact]
    public async Task Coordinator_ThatIsFrozen_IsNamedAsTheReasonOfTheTimeout()
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 1 }");
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        watch.Dagu.AreCoordinatorsFrozen = true;
        watch.Dagu.OnRequest = request => watch.Dagu.Clock.Advance(TimeSpan.FromSeconds(request == "GET /workers" ? 15 : 0));
        var verdict = await watch.RunAsync();
        verdict.ErrorType.ShouldBe(ErrorType.Timeout);
        verdict.Reason.ShouldBe(
            "timed out while waiting for /api/v1/workers, as when a coordinator is registered but does not answer; "
            + "runbook dagu.md#no-coordinator");
    }

    [Fact]
    public async Task Workers_ByLabel_AreCounted()
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 2, labels: { gpu: true } }");
        var dagu = watch.Dagu;
        dagu.Coordinators.Add(new StandInService("c", "host-a", dagu.Now));
        dagu.Workers.Add(new StandInWorker("a") { Labels = new(StringComparer.Ordinal) { ["gpu"] = "true" }, Busy = 1 });
        dagu.Workers.Add(new StandInWorker("b") { Labels = new(StringComparer.Ordinal) { ["gpu"] = "true", ["zone"] = "x" } });
        dagu.Workers.Add(new StandInWorker("c") { Labels = new(StringComparer.Ordinal) { ["gpu"] = "false" } });
        dagu.Workers.Add(new StandInWorker("d"));
        var verdict = await watch.RunAsync();
        verdict.Reason.ShouldBeNull();
        verdict.Observed("workers.healthy").ShouldBe(2);
        verdict.Observed("workers.idle").ShouldBe(7);

        dagu.Workers[1].LastBeat = dagu.Clock.GetUtcNow();
        verdict = (await watch.RunForAsync(25))[^1];
        verdict.Reason.ShouldBeNull("it may connect again");
        verdict.Observed("workers.missing").ShouldBe(1);
        verdict.Observed("workers.missingFor").ShouldBe(TimeSpan.FromSeconds(20));
        dagu.Workers[1].LastBeat = null;
        (await watch.RunForAsync(5))[^1].Observed("workers.missingFor").ShouldBe(TimeSpan.Zero);

        dagu.Workers[1].LastBeat = dagu.Clock.GetUtcNow();
        (await watch.RunForAsync(50, every: 10))[^1].Reason.ShouldBe(
            "1 of 2 workers with gpu=true are healthy; runbook dagu.md#no-worker (workers.missingFor <= 30s: was 40s)");
    }

    [Theory]
    [InlineData(false, true, "0 of 1 workers are healthy: Coordinator service not configured; runbook dagu.md#no-coordinator")]
    [InlineData(true, false, "0 of 1 workers are healthy: Coordinator service unavailable; runbook dagu.md#no-coordinator")]
    public async Task Workers_WithoutACoordinator_AreMissing(bool isConfigured, bool isReachable, string reason)
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 1 }");
        (watch.Dagu.HasCoordinator, watch.Dagu.AreCoordinatorsReachable) = (isConfigured, isReachable);
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith(reason);
    }

    [Fact]
    public async Task Workers_OfACoordinatorThatDoesNotAnswer_WarnThatTheListIsPartial()
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 1 }");
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        watch.Dagu.Workers.Add(new StandInWorker("a"));
        watch.Dagu.WorkerErrors.Add("coordinator host-b:50055: deadline exceeded");
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Warn);
        verdict.Reason.ShouldNotBeNull().ShouldContain("host-b:50055: deadline exceeded");
    }

    [Fact]
    public async Task Run_WhoseWorkerIsGone_FailsAfterDaguShouldHaveCleanedUp()
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 1 }");
        var dagu = watch.Dagu;
        dagu.Coordinators.Add(new StandInService("c", "host-a", dagu.Now));
        dagu.Workers.AddRange([new StandInWorker("a"), new StandInWorker("b")]);
        dagu.Runs.Add(new StandInRun("etl", "1") { Status = StandInStatus.Running, StartedAt = dagu.Now.AddHours(-14), WorkerId = "b" });
        dagu.Runs.Add(new StandInRun("etl", "2") { Status = StandInStatus.Running, StartedAt = dagu.Now, WorkerId = "local" });
        (await watch.RunAsync()).Reason.ShouldBeNull();

        dagu.Workers[1].LastBeat = dagu.Clock.GetUtcNow();
        var verdicts = await watch.RunForAsync(180, every: 15);

        verdicts[5].Observed("runs.orphaned").ShouldBe(1);
        verdicts[5].Result.ShouldBe(Result.Pass);
        verdicts[^1].Reason.ShouldBe(
            "etl is running by its record, but its worker b has been gone for 2m15s; runbook dagu.md#runs-whose-worker-is-gone "
            + "(runs.orphanedFor <= 2m: was 2m15s)");
    }
}
