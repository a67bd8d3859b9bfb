using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>A real Dagu 2, where <c>HEALTH_AGENT_TEST_DAGU2</c> names one: what its stand-in cannot prove.</summary>
public sealed class DaguSecondTests
{
    [Fact]
    public async Task Canary_RunAgainAndAgain_HoldsUpNoQueue()
    {
        await using var dagu = await DaguServer.StartSecondAsync(Deployed("health-canary"), Deployed("health-clock"));
        await using var agent = await TestAgent.StartAsync(
            Check(dagu, "both", "canary: { dag: health-canary, within: 9s }", "expect: [dags.errors == 0]"));
        await agent.UntilAsync("both", "healthy");

        // One that is deleted while the dispatcher looks for its start keeps the next ones waiting for half a minute.
        await Eventually.TrueAsync(
            () => dagu.RunsAsync("health-canary"), runs => Succeeded(runs) >= 6, "three of each way succeed", TimeSpan.FromMinutes(2));

        (await agent.GetJsonAsync("/health/checks/both")).GetProperty("status").GetString().ShouldBe("healthy");
        dagu.Scheduler.Output.ShouldNotContain("Failed to execute DAG after retries");
    }

    [Fact]
    public async Task QueueEntry_OfZeroLength_IsNamedThoughNoQueueListsIt()
    {
        await using var dagu = await DaguServer.StartSecondAsync(
            ("unserved", "worker_selector: { gpu: \"true\" }\nsteps:\n  - name: one\n    command: \"true\"\n"));
        await dagu.EnqueueAsync("unserved");
        await using var agent = await TestAgent.StartAsync(
            Check(dagu, "dagu", "expect: [queue.unreadableFor <= 1ms, queue.waiting >= 0s]"));
        await agent.UntilAsync("dagu", "healthy");

        var entry = Directory.EnumerateFiles(Path.Combine(dagu.Data, "queue", "unserved"), "item_*").ShouldHaveSingleItem();
        await File.WriteAllTextAsync(entry, "");

        (await agent.UntilAsync("dagu", "unhealthy", TimeSpan.FromMinutes(2))).GetProperty("last").GetProperty("reason").GetString()!
            .ShouldStartWith(
                "Dagu cannot read 1 entry of its queues, whose runs never start; runbook dagu.md#corrupt-queue-entries");
    }

    [Fact]
    public async Task Scheduler_Frozen_IsSeenWhileDagusOwnHealthIsHealthy()
    {
        await using var dagu = await DaguServer.StartSecondAsync(Deployed("health-canary"));
        await using var agent = await TestAgent.StartAsync(Check(dagu, "dagu", "expect: [queue.waiting >= 0s]"));
        await agent.UntilAsync("dagu", "healthy");

        await dagu.Scheduler.SignalAsync("STOP");

        (await agent.UntilAsync("dagu", "unhealthy", TimeSpan.FromMinutes(3))).GetProperty("last").GetProperty("reason").GetString()!
            .ShouldContain("it stopped, died or froze; runbook dagu.md#no-active-scheduler");
    }

    private static int Succeeded(IReadOnlyList<JsonElement> runs) =>
        runs.Count(run => run.GetProperty("status").GetInt32() == 4);

    private static (string Name, string Yaml) Deployed(string dag) =>
        (dag, File.ReadAllText(Repository.PathOf($"deploy/dagu/{dag}.yaml")));

    private static string Check(DaguServer dagu, string name, params string[] lines) => $"""
          - name: {name}
            kind: dagu
            url: {dagu.Url}
            interval: 20s
            timeout: 19s
            failureThreshold: 1
            {string.Join("\n    ", lines)}
        """;
}
