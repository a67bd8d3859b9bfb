using System.Net;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds;

/// <summary>Scenarios for every dependency in a container: stop, start, pause, wrong password. Each test has its own container.</summary>
public abstract class DependencyTests : IAsyncLifetime
{
    private const int FailureThreshold = 3;

    private IContainer? _container;

    /// <summary>A container of the dependency, which publishes the port given on loopback.</summary>
    protected abstract IContainer Create(int port);

    /// <summary>The settings of a check of it, behind its name.</summary>
    protected abstract string Settings(int port, string password);

    protected const string Password = "correct-horse";

    /// <summary>Where the dependency listens.</summary>
    protected int Port { get; private set; }

    private IContainer Container => _container!;

    public async ValueTask InitializeAsync()
    {
        Port = Containers.FreePort();
        _container = Create(Port);
        await _container.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    [Fact]
    public async Task Dependency_StoppedAndStarted_ShowsOnEverySurface()
    {
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await StartAgentAsync(Password, otlp);
        await using var livez = new LivezWatch(agent);
        await agent.UntilAsync("it", "healthy");
        (await agent.GetAsync("/readyz")).Code.ShouldBe(HttpStatusCode.OK);
        (await agent.GetAsync("/health?mode=full")).Code.ShouldBe(HttpStatusCode.OK);

        await Container.StopAsync(TestContext.Current.CancellationToken);
        var broken = await agent.UntilAsync("it", "unhealthy");
        broken.GetProperty("last").GetProperty("errorType").GetString().ShouldBeOneOf("connection_refused", "connection_reset", "timeout");
        await ShouldShowAsync(agent, otlp, up: false);

        await Container.StartAsync(TestContext.Current.CancellationToken);
        await agent.UntilAsync("it", "healthy");
        await ShouldShowAsync(agent, otlp, up: true);
    }

    [Fact]
    public async Task Dependency_Paused_TimesOutWithinTheDeadline()
    {
        await using var agent = await StartAgentAsync(Password);
        await using var livez = new LivezWatch(agent);
        await agent.UntilAsync("it", "healthy");

        await Container.PauseAsync(TestContext.Current.CancellationToken);
        try
        {
            var hung = await agent.UntilAsync("it", "unhealthy");
            var last = hung.GetProperty("last");
            last.GetProperty("errorType").GetString().ShouldBe("timeout");
            last.GetProperty("durationMs").GetDouble().ShouldBeInRange(900, 1500, "the deadline is 1 s");
        }
        finally
        {
            await Container.UnpauseAsync(TestContext.Current.CancellationToken);
        }

        await agent.UntilAsync("it", "healthy");
    }

    [Fact]
    public async Task Dependency_WrongPassword_IsAnAuthenticationError()
    {
        await using var agent = await StartAgentAsync("wrong-battery-staple");

        var refused = await agent.UntilAsync("it", "unhealthy");

        refused.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("authentication");
        refused.ToString().ShouldNotContain("wrong-battery-staple");
        (await agent.GetAsync("/health?mode=full")).Body.ShouldNotContain("wrong-battery-staple");
    }

    private Task<TestAgent> StartAgentAsync(string password, OtlpReceiver? otlp = null) => TestAgent.StartAsync($"""
          - name: it
            group: shop
            {Settings(Port, password)}
        """, otlp);

    private static async Task ShouldShowAsync(TestAgent agent, OtlpReceiver otlp, bool up)
    {
        var expected = up ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable;
        (await agent.GetAsync("/readyz")).Code.ShouldBe(expected);
        (await agent.GetAsync("/health/groups/shop")).Code.ShouldBe(expected);
        (await agent.GetAsync("/api/v1/health")).Code.ShouldBe(expected);

        var (code, health) = await agent.GetAsync("/health?mode=full");
        code.ShouldBe(expected);
        health.ShouldContain(up ? "\"status\": \"pass\"" : "\"status\": \"fail\"");

        var metrics = (await agent.GetAsync("/metrics")).Body.Split('\n');
        metrics.ShouldContain(
            line => line.StartsWith("health_check_up{", StringComparison.Ordinal)
                && line.EndsWith(up ? " 1" : " 0", StringComparison.Ordinal));
        metrics.ShouldContain(line => line.Contains(
            up ? "health_check_state=\"healthy\"" : "health_check_state=\"unhealthy\"", StringComparison.Ordinal)
            && line.StartsWith("health_check_status{", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal));

        var transitions = await Eventually.TrueAsync(
            () => otlp.TransitionsOf("it"), events => events.Count == (up ? 3 : 2), "the event came by OTLP");
        var transition = transitions[^1];
        transition.Text("health_check.state").ShouldBe(up ? "healthy" : "unhealthy");
        transition.Text("health_check.previous_state").ShouldBe(up ? "unhealthy" : "healthy");
        transition.SeverityText.ShouldBe(up ? "Information" : "Error");

        // The verdict coincides with its run: the third consecutive fail, or the first pass.
        var runs = await Eventually.TrueAsync(
            () => otlp.RunsOf("it"), spans => spans.Any(span => span.TraceId == transition.TraceId), "the run's span came by OTLP");
        var cause = runs.ToList().FindIndex(span => span.TraceId == transition.TraceId);
        runs[cause].SpanId.ShouldBe(transition.SpanId);
        var failsBefore = runs.Take(cause).Reverse().TakeWhile(span => span.Status?.Code == 2).Count();
        (up || failsBefore == FailureThreshold - 1).ShouldBeTrue($"{failsBefore} fails stood before the one that made the verdict");
    }
}
