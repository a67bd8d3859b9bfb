using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration;

/// <summary>A real Dagu with server and scheduler as separate processes, so that either can be frozen.</summary>
public sealed class DaguTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("dagu-").FullName;
    private readonly int _port = Containers.FreePort();
    private ChildProcess? _scheduler;
    private ChildProcess? _server;
    private ChildProcess? _second;

    private string Url => $"http://127.0.0.1:{_port}";

    private string Dags => Directory.CreateDirectory(Path.Combine(_home, "dags")).FullName;

    private string Data => Path.Combine(_home, "data");

    public async ValueTask InitializeAsync()
    {
        await WriteAsync("hello", "steps:\n  - name: hello\n    command: \"true\"\n");
        var port = _port.ToString(CultureInfo.InvariantCulture);
        _server = Start("server", "--dags", Dags, "-s", "127.0.0.1", "-p", port);
        _scheduler = Start("scheduler", "--dags", Dags);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _scheduler, _server, _second }.OfType<ChildProcess>())
        {
            await process.SignalAsync("CONT");
            await process.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Dagu_SchedulerFrozen_IsUnhealthyThoughItsOwnEndpointSaysHealthy()
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: dagu-alive
                kind: dagu
                tier: liveness
                url: {Url}
              - name: dagu
                kind: dagu
                url: {Url}
            """);
        var healthy = await agent.UntilAsync("dagu", "healthy");
        healthy.GetProperty("observed").GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        await agent.UntilAsync("dagu-alive", "healthy");

        await _scheduler!.SignalAsync("STOP");
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"),
            state => ObservedOf(state, "schedulers.active") == 0, "it is not listed any more");
        var broken = await agent.UntilAsync("dagu", "unhealthy");

        ReasonOf(broken).ShouldStartWith("no scheduler has been active for 3");
        ReasonOf(broken).ShouldContain("runbook dagu.md#no-active-scheduler");
        using var own = await agent.Client.GetAsync(new Uri($"{Url}/api/v2/health"));
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.Content.ReadAsStringAsync()).ShouldContain("\"healthy\"");
        (await agent.UntilAsync("dagu-alive", "healthy")).GetProperty("status").GetString().ShouldBe("healthy");

        await _scheduler.SignalAsync("CONT");
        await agent.UntilAsync("dagu", "healthy");
    }

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

        await _server!.DisposeAsync();
        _server = null;

        var gone = await agent.UntilAsync("dagu", "unhealthy");
        gone.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("connection_refused");
    }

    [Fact]
    public async Task Dagu_SchedulerKilled_IsUnhealthyAndThenTakenOver()
    {
        await using var agent = await StartAsync("expect: [schedulers.absent <= 2s]");
        await agent.UntilAsync("dagu", "healthy");

        await _scheduler!.DisposeAsync();
        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldContain("it stopped, died or froze");

        _scheduler = Start("scheduler", "--dags", Dags);
        await agent.UntilAsync("dagu", "healthy");
    }

    [Fact]
    public async Task Dagu_TwoSchedulersOnTheirOwnLocks_AreASplitBrain()
    {
        await using var agent = await StartAsync();
        await agent.UntilAsync("dagu", "healthy");
        _second = Start("scheduler", "--dags", Dags);
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"), state => ObservedOf(state, "schedulers") == 2, "the second one is standby");
        (await agent.UntilAsync("dagu", "healthy")).GetProperty("observed").GetProperty("schedulers.active").GetDouble().ShouldBe(1);

        // As when the directory is mounted again: the second takes a lock in the new one, and the first keeps its own.
        Directory.Move(Data, Data + ".old");
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"), state => ObservedOf(state, "schedulers.active") == 2, "both are active");

        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldContain("split brain; runbook dagu.md#two-schedulers");
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

        await _scheduler!.SignalAsync("STOP");
        await PostAsync("dags/hello/enqueue");

        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldMatch(
            "^hello has waited [0-9]+s in queue hello although it has capacity: nothing starts it; runbook dagu.md#queued-for-ever");
    }

    private Task<TestAgent> StartAsync(string lines = "impact: critical") => TestAgent.StartAsync($"""
          - name: dagu
            kind: dagu
            url: {Url}
            {lines}
        """);

    private ChildProcess Start(params string[] arguments) => ChildProcess.Start(
        TestEnvironment.Dagu, arguments, _home, ("DAGU_HOME", _home), ("DAGU_AUTH_MODE", "none"));

    private Task WriteAsync(string dag, string yaml) => File.WriteAllTextAsync(Path.Combine(Dags, $"{dag}.yaml"), yaml);

    private async Task<string> OwnAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"{Url}/api/v2/{path}"));
    }

    private async Task PostAsync(string path)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(
            new Uri($"{Url}/api/v2/{path}"), new StringContent("{}", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static string ReasonOf(JsonElement state) => state.GetProperty("last").GetProperty("reason").GetString()!;

    private static double? ObservedOf(JsonElement state, string value) =>
        state.TryGetProperty("observed", out var observed) && observed.TryGetProperty(value, out var number)
            && number.ValueKind == JsonValueKind.Number
            ? number.GetDouble()
            : null;
}
