using System.Net;
using System.Text;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>Faults of a real Dagu other than those of its scheduler: server, data, DAGs and queues.</summary>
public sealed class DaguTests : DaguProcesses
{
    [Fact]
    public async Task Dagu_WrongBasePath_IsSeenThroughAndNotTakenForHealth()
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: dagu
                kind: dagu
                url: {Url}/nowhere
            """);

        var trapped = await agent.UntilAsync("dagu", "unhealthy");

        trapped.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("protocol");
        trapped.GetProperty("last").GetProperty("reason").GetString()!.ShouldContain("text/html");
    }

    [Fact]
    public async Task Dagu_ServerKilled_IsConnectionRefused()
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: dagu
                kind: dagu
                url: {Url}
            """);
        await agent.UntilAsync("dagu", "healthy");

        await Server!.DisposeAsync();

        var gone = await agent.UntilAsync("dagu", "unhealthy");
        gone.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("connection_refused");
    }

    [Fact]
    public async Task Dagu_DataDirectoryGone_IsNamed()
    {
        await using var agent = await StartAsync();
        await agent.UntilAsync("dagu", "healthy");

        Directory.Move(Data, Data + ".old");
        await File.WriteAllTextAsync(Data, "");

        var broken = await agent.UntilAsync("dagu", "unhealthy");
        broken.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("unexpected_status");
        ReasonOf(broken).ShouldContain("/api/v2/queues returned 500");
        ReasonOf(broken).ShouldContain("runbook dagu.md#data-directory-unavailable");
        (await OwnAsync("health")).ShouldContain("\"healthy\"");
    }

    [Fact]
    public async Task Dagu_DagsThatFailOrAreBroken_AreNamed()
    {
        await WriteAsync("failing", "steps:\n  - name: fail\n    command: \"false\"\n");
        await WriteAsync("broken", "schedule: nonsense\nsteps:\n  - name: fail\n    command: \"false\"\n");
        await using var agent = await TestAgent.StartAsync($"""
              - {"{"} name: runs, kind: dagu, url: "{Url}", timeout: 1s, expect: ["runs.failureRatio < 50%"] {"}"}
              - {"{"} name: dags, kind: dagu, url: "{Url}", timeout: 1s, expect: ["dags.errors == 0"] {"}"}
            """);
        await agent.UntilAsync("runs", "healthy");
        ReasonOf(await agent.UntilAsync("dags", "unhealthy")).ShouldContain("broken: field 'schedule': invalid schedule");

        await PostAsync("dags/failing/start");

        ReasonOf(await agent.UntilAsync("runs", "unhealthy")).ShouldContain("1 of 1 runs failed in 1h, 1 of them of failing");
    }

    [Fact]
    public async Task Dagu_QueueThatNobodyServes_IsStuck_AndOneAtItsLimitIsNot()
    {
        await WriteAsync("slow", "steps:\n  - name: slow\n    command: sleep 600\n");
        await using var agent = await StartAsync("expect: [queue.waiting <= 5s, schedulers.absent < 10m]");
        await agent.UntilAsync("dagu", "healthy");

        await PostAsync("dags/slow/enqueue");
        await Eventually.TrueAsync(() => OwnAsync("dag-runs?status=1"), runs => runs.Contains("slow", StringComparison.Ordinal), "it runs");
        await PostAsync("dags/slow/enqueue");
        var limited = await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"),
            state => (ObservedOf(state, "queued"), ObservedOf(state, "running")) == (1, 1), "the second waits for its limit");
        limited.GetProperty("observed").GetProperty("queue.waiting").GetString().ShouldBe("0ms");

        await Scheduler!.SignalAsync("STOP");
        await PostAsync("dags/hello/enqueue");

        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldMatch(
            "^hello has waited [0-9]+s in queue hello although it has capacity: nothing starts it; runbook dagu.md#queued-for-ever");
    }

    private async Task PostAsync(string path)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(
            new Uri($"{Url}/api/v2/{path}"), new StringContent("{}", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
