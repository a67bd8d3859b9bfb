using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Workers, coordinators and the server itself, replayed on a stand-in of 2.15.</summary>
public sealed class DaguDependencyTests
{
    private static readonly string[] ReadRoutes =
    [
        "GET /health", "GET /services/scheduler", "GET /services/coordinator", "GET /services/resources/history", "GET /workers",
        "GET /queues", "GET /queues/etl/items", "GET /dags", "GET /dag-runs", "GET /metrics",
    ];

    [Fact]
    public async Task Check_ByDefault_AsksForLittle()
    {
        await using var watch = await DaguWatch.StartAsync();
        await watch.RunForAsync(30, every: 15);
        watch.Dagu.Requests.ShouldBe(
        [
            "GET /health", "GET /services/scheduler", "GET /queues", "GET /services/resources/history?duration=1m",
            "GET /health", "GET /services/scheduler", "GET /queues",
        ]);
        watch.Dagu.ClearRequests();

        await using var alive = await DaguWatch.StartAsync("tier: liveness");
        await alive.RunAsync();
        alive.Dagu.Requests.ShouldBe(["GET /health"]);
    }

    [Fact]
    public async Task Check_WithEverythingAsked_OnlyReads()
    {
        await using var watch = await DaguWatch.StartAsync(
            "coordinators: 1", "workers: { atLeast: 1 }", "expect: [runs.failureRatio < 50%, dags.errors == 0]");
        var dagu = watch.Dagu;
        dagu.Coordinators.Add(new StandInService("c", "host-a", dagu.Now));
        dagu.Workers.Add(new StandInWorker("w"));
        dagu.Dags.Add(new StandInDag("etl"));
        dagu.Runs.Add(new StandInRun("etl", "stale")
        {
            Status = StandInStatus.Running, StartedAt = dagu.Now, WorkerId = "w", IsStale = true,
        });
        DaguQueueTests.Enqueue(dagu, "etl", capacity: 2, reason: null);

        (await watch.RunForAsync(45, every: 15)).ShouldAllBe(verdict => verdict.Result == Result.Pass);

        dagu.Requests.Select(request => request.Split('?')[0]).Distinct(StringComparer.Ordinal)
            .ShouldBe(ReadRoutes.Where(route => route != "GET /metrics"), ignoreOrder: true);
        dagu.Repairs.ShouldBe(0);
    }

    [Fact]
    public async Task Coordinator_ThatIsMissing_Fails()
    {
        await using var watch = await DaguWatch.StartAsync("coordinators: 2");
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        var verdict = await watch.RunAsync();
        verdict.Reason.ShouldBe(
            "1 of 2 coordinators registered: distributed runs wait; runbook dagu.md#no-coordinator (coordinators.missing == 0: was 1)");
        verdict.Observed("coordinators").ShouldBe(1);
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
        verdict = (await watch.RunForAsync(10))[^1];
        verdict.Reason.ShouldBe(
            "1 of 2 workers with gpu=true are healthy, b is warning; runbook dagu.md#no-worker (workers.missing == 0: was 1)");
    }

    [Theory]
    [InlineData(false, true, "0 of 1 workers are healthy: coordinator not configured; runbook dagu.md#no-coordinator")]
    [InlineData(true, false, "0 of 1 workers are healthy: failed to get workers from any coordinator; runbook dagu.md#no-coordinator")]
    public async Task Workers_WithoutACoordinator_AreMissing(bool isConfigured, bool isReachable, string reason)
    {
        await using var watch = await DaguWatch.StartAsync("workers: { atLeast: 1 }");
        (watch.Dagu.HasCoordinator, watch.Dagu.AreCoordinatorsReachable) = (isConfigured, isReachable);
        watch.Dagu.Coordinators.Add(new StandInService("c", "host-a", watch.Dagu.Now));
        (await watch.RunAsync()).Reason.ShouldNotBeNull().ShouldStartWith(reason);
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

    [Theory]
    [InlineData(50, Result.Pass)]
    [InlineData(90, Result.Warn)]
    [InlineData(96, Result.Fail)]
    public async Task Disk_OfTheServer_IsJudged(int used, Result result)
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Disk = (1000, used * 10, 0);
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(result);
        verdict.Observed("disk.used").ShouldBe((double)used);
        // It explains a verdict; by itself, it would say at 50 % that the disk fills up.
        (verdict.Reason?.Contains("the disk with Dagu's data fills up") ?? false).ShouldBe(result != Result.Pass);
        verdict.Observations.ShouldAllBe(one => !one.Name.EndsWith(".reason"));
    }

    [Fact]
    public async Task Disk_OfWhichSomeIsReserved_IsFullWhenNothingIsFree()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Disk = (1000, 490, 500);
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Fail);
        verdict.Observed("disk.used").ShouldBe(98.0);
        verdict.Observed("disk.free").ShouldBe(10.0);
    }

    [Fact]
    public async Task Disk_ThatCouldNotBeRead_IsUnknown()
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.Disk = (0, 0, 0);
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(Result.Pass);
        verdict.Observed("disk.used").ShouldBeNull();
    }

    [Theory]
    [InlineData(0, Result.Pass)]
    [InlineData(4, Result.Pass)]
    [InlineData(60, Result.Warn)]
    [InlineData(-60, Result.Warn)]
    public async Task Clock_ThatDiffers_IsAWarning(int seconds, Result result)
    {
        await using var watch = await DaguWatch.StartAsync();
        watch.Dagu.ClockOffset = TimeSpan.FromSeconds(seconds);
        var verdict = await watch.RunAsync();
        verdict.Result.ShouldBe(result);
        if (result == Result.Warn)
        {
            verdict.Reason.ShouldNotBeNull()
                .ShouldContain($"{(seconds > 0 ? "ahead of" : "behind")} the agent's; runbook dagu.md#clock-skew");
        }
    }

    [Theory]
    [InlineData("coordinators: 1")]
    [InlineData("workers: { atLeast: 1 }")]
    [InlineData("window: 1h")]
    public void Settings_OfDependencies_AreNothingForLiveness(string line) =>
        Configured.Read($"checks:\n  - {{ name: a, kind: dagu, url: 'http://localhost:1', tier: liveness, {line} }}").Errors
            .ShouldHaveSingleItem().ShouldContain("at tier liveness only the web server is looked at; write tier: dependency");
}
