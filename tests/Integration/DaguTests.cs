using System.Globalization;
using System.Net;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration;

/// <summary>A real Dagu with server and scheduler as separate processes, so that either can be frozen.</summary>
public sealed class DaguTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("dagu-").FullName;
    private readonly int _port = Containers.FreePort();
    private ChildProcess? _scheduler;
    private ChildProcess? _server;

    private string Url => $"http://127.0.0.1:{_port}";

    public async ValueTask InitializeAsync()
    {
        var dagu = TestEnvironment.Dagu;
        var dags = Directory.CreateDirectory(Path.Combine(_home, "dags")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dags, "hello.yaml"), "steps:\n  - name: hello\n    command: \"true\"\n");
        (string, string)[] environment = [("DAGU_HOME", _home), ("DAGU_AUTH_MODE", "none")];
        var port = _port.ToString(CultureInfo.InvariantCulture);
        _server = ChildProcess.Start(dagu, ["server", "--dags", dags, "-s", "127.0.0.1", "-p", port], _home, environment);
        _scheduler = ChildProcess.Start(dagu, ["scheduler", "--dags", dags], _home, environment);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _scheduler, _server }.OfType<ChildProcess>())
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
        var broken = await agent.UntilAsync("dagu", "unhealthy");

        broken.GetProperty("last").GetProperty("reason").GetString()!.ShouldContain("scheduler");
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
}
