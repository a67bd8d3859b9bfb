using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>The server itself, and what is asked of it, replayed on a stand-in of 2.15.</summary>
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
            "GET /health", "GET /services/scheduler", "GET /queues", "GET /metrics", "GET /services/resources/history?duration=1m",
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
            .ShouldBe(ReadRoutes, ignoreOrder: true);
        dagu.Repairs.ShouldBe(0);
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
