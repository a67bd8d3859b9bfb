using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>Whether workflows run, seen on a real Dagu: by runs of a canary, and by the schedule of another DAG.</summary>
public sealed class DaguFunctionTests
{
    private const string Failing = "steps:\n  - name: broken\n    command: \"false\"\n";

    private static readonly string Canary = Deployed("health-canary"), Clock = Deployed("health-clock");

    // A slot counts once it was watched for a minute, and is judged two minutes after it came.
    private static readonly TimeSpan UntilASlotIsMissed = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Canary_ByStartAndByEnqueue_RunsToSuccess()
    {
        await using var dagu = await DaguServer.StartAsync(("canary", Canary));
        await using var agent = await TestAgent.StartAsync(Check(dagu, "both", "canary: { dag: canary, within: 9s }"));

        var healthy = await agent.UntilAsync("both", "healthy");

        healthy.GetProperty("tier").GetString().ShouldBe("functional");
        var ids = (await dagu.RunsAsync("canary")).Select(run => run.GetProperty("dagRunId").GetString()!).ToList();
        ids.ShouldContain(id => id.StartsWith("health-agent-start-", StringComparison.Ordinal));
        ids.ShouldContain(id => id.StartsWith("health-agent-enqueue-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scheduler_Frozen_LetsOnlyStartedRunsThrough()
    {
        await using var dagu = await DaguServer.StartAsync(("canary", Canary), ("minutely", Clock));
        await using var agent = await TestAgent.StartAsync(string.Join('\n',
            Check(dagu, "start", "canary: { dag: canary, by: start, within: 9s }"),
            Check(dagu, "enqueue", "canary: { dag: canary, by: enqueue, within: 9s }"),
            Check(dagu, "schedule", "schedules: watch")));
        await agent.UntilAsync("start", "healthy");
        await agent.UntilAsync("enqueue", "healthy");
        await agent.UntilAsync("schedule", "healthy");

        await dagu.Scheduler.SignalAsync("STOP");
        var queued = await agent.UntilAsync("enqueue", "unhealthy");
        var missed = await agent.UntilAsync("schedule", "unhealthy", UntilASlotIsMissed);

        queued.GetProperty("last").GetProperty("reason").GetString()!.ShouldStartWith("canary by enqueue: still queued after 9s");
        missed.GetProperty("last").GetProperty("reason").GetString()!
            .ShouldStartWith("no scheduler is active: no run for the latest slot (minutely ");
        (await agent.GetJsonAsync("/health/checks/start")).GetProperty("status").GetString().ShouldBe("healthy");
        (await dagu.RunsAsync("canary")).Count(run => run.GetProperty("status").GetInt32() == 5).ShouldBe(1);

        await dagu.Scheduler.SignalAsync("CONT");
        await agent.UntilAsync("enqueue", "healthy", TimeSpan.FromMinutes(1));
        await agent.UntilAsync("schedule", "degraded", TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Scheduler_Killed_LeavesOneRunInTheQueue()
    {
        await using var dagu = await DaguServer.StartAsync(("canary", Canary));
        await dagu.Scheduler.SignalAsync("KILL");
        await using var agent = await TestAgent.StartAsync(
            Check(dagu, "enqueue", "canary: { dag: canary, by: enqueue, within: 9s }"));

        await agent.UntilAsync("enqueue", "unhealthy");
        var details = await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/enqueue"),
            state =>
                state.GetProperty("last").GetProperty("reason").GetString()!.Contains("no scheduler is active", StringComparison.Ordinal),
            "the missing scheduler is named",
            TimeSpan.FromMinutes(1));

        details.GetProperty("last").GetProperty("reason").GetString()!.ShouldContain("an earlier run is still queued after");
        (await dagu.RunsAsync("canary")).ShouldHaveSingleItem().GetProperty("status").GetInt32().ShouldBe(5);
    }

    [Theory]
    [InlineData("failing", "expectation", "canary by start: the run failed (health-agent-start-")]
    [InlineData("missing", "not_found", "there is no DAG 'missing' to run as a canary")]
    public async Task Canary_ThatFailsOrIsMissing_IsSaid(string dag, string errorType, string reason)
    {
        await using var dagu = await DaguServer.StartAsync(("failing", Failing));
        await using var agent = await TestAgent.StartAsync(Check(dagu, "start", $"canary: {{ dag: {dag}, by: start, within: 9s }}"));

        var broken = await agent.UntilAsync("start", "unhealthy");

        broken.GetProperty("last").GetProperty("errorType").GetString().ShouldBe(errorType);
        broken.GetProperty("last").GetProperty("reason").GetString()!.ShouldStartWith(reason);
    }

    private static string Deployed(string dag) => File.ReadAllText(Repository.PathOf($"deploy/dagu/1.30/{dag}.yaml"));

    private static string Check(DaguServer dagu, string name, string function) => $"""
          - name: {name}
            kind: dagu
            url: {dagu.Url}
            interval: 20s
            timeout: 19s
            failureThreshold: 1
            {function}
            expect: [schedulers.absent >= 0s, queue.waiting >= 0s]
            warn: [queue.waiting > 1h]
        """;
}
