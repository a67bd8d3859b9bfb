using System.Net;
using System.Net.Sockets;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

/// <summary>Stopping a process with slow clients and targets.</summary>
public sealed class AgentProcessStopTests
{
    [Fact]
    public async Task Terminate_BesideHalfARequestAndARunThatWouldTakeAMinute_EndsWithZero()
    {
        await using var target = TcpTarget.Hanging();
        using var file = Slow(target, drain: "0s");
        await using var agent = AgentProcess.Start(["--config", file.Path]);
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, (await AddressAsync(agent)).Port, TestContext.Current.CancellationToken);
        await caller.GetStream().WriteAsync("GET /livez HTT"u8.ToArray(), TestContext.Current.CancellationToken);

        agent.Terminate();
        var (code, output, errors) = await agent.EndAsync();

        (code, errors).ShouldBe((0, ""));
        output.ShouldContain("health-agent is stopping");
        output.ShouldNotContain("slow is");
    }

    [Fact]
    public async Task Terminate_WithADrain_IsNotReadyThenEndsWithZero()
    {
        await using var target = TcpTarget.Hanging();
        using var file = Slow(target, drain: "3s");
        await using var agent = AgentProcess.Start(["--config", file.Path]);
        using var client = new HttpClient { BaseAddress = await AddressAsync(agent) };

        agent.Terminate();
        await Eventually.Is(() => agent.Output.Contains("is stopping", StringComparison.Ordinal), "it drains");
        await ShouldDrainAsync(client);

        var (code, output, errors) = await agent.EndAsync();
        (code, errors).ShouldBe((0, ""));
        output.ShouldContain("health-agent is stopping: /readyz answers 503 for 3s first");
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("5m")]
    public async Task Terminate_Twice_EndsAtOnce(string drain)
    {
        await using var target = TcpTarget.Hanging();
        using var file = Slow(target, drain);
        await using var agent = AgentProcess.Start(["--config", file.Path]);
        await AddressAsync(agent);

        agent.Terminate();
        await Eventually.Is(() => agent.Output.Contains("is stopping", StringComparison.Ordinal), "it stops or drains");
        agent.Terminate();

        (await agent.EndAsync()).ExitCode.ShouldBe(143);
    }

    private static async Task ShouldDrainAsync(HttpClient client)
    {
        using var ready = await client.GetAsync("/readyz", TestContext.Current.CancellationToken).Ends();
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .ShouldContain("[-]shutdown failed: the agent is stopping\n");
        (await client.GetStringAsync("/livez", TestContext.Current.CancellationToken).Ends()).ShouldBe("ok");
    }

    private static ConfigurationText Slow(TcpTarget target, string drain) => new($$"""
        agent: { listen: "http://127.0.0.1:0", drain: {{drain}} }
        checks: [ { name: slow, kind: http, url: "http://127.0.0.1:{{target.Port}}", timeout: 60s, interval: 60s } ]
        """);

    /// <summary>The listen address, once checks have run.</summary>
    private static async Task<Uri> AddressAsync(AgentProcess agent)
    {
        await Eventually.Is(() => agent.Output.Contains("started with", StringComparison.Ordinal),
            $"it runs: {agent.Output}{agent.Errors}");
        var address = new Uri(
            agent.Output.Split('\n').First(line => line.Contains("/metrics", StringComparison.Ordinal)).Trim().Split("/metrics")[0]);
        using var client = new HttpClient();
        for (var metrics = ""; !metrics.Contains("health_agent_scheduler_running{} 1", StringComparison.Ordinal);)
        {
            metrics = await client.GetStringAsync(new Uri(address, "/metrics"), TestContext.Current.CancellationToken).Ends();
        }

        return address;
    }
}
