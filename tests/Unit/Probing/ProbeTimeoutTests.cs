using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Probing;

/// <summary>How long a probe may take, and what its caller gets who waited for so long.</summary>
public sealed class ProbeTimeoutTests
{
    [Theory]
    [InlineData("", "5s")]
    [InlineData("10", "5s")]
    [InlineData("3", "2.5s")]
    [InlineData("1.5", "1s")]
    [InlineData("0.4", "200ms")]
    public async Task Timeout_IsThatOfTheModuleOrSoonerThanTheScrapes(string scrape, string timeout)
    {
        await using var target = TcpTarget.Closing();
        await using var agent = await ProbeServer.StartAsync();
        (string, string)[] headers = scrape.Length > 0 ? [("X-Prometheus-Scrape-Timeout-Seconds", scrape)] : [];

        var reply = await agent.ProbeAsync($"127.0.0.1:{target.Port}", "tcp_connect", "&debug=true", headers);

        reply.Body.ShouldContain($"timeout {timeout}\n");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    public async Task Timeout_ThatIsNone_IsRefused(string scrape)
    {
        await using var agent = await ProbeServer.StartAsync();

        (await agent.ProbeAsync("127.0.0.1:1", "tcp_connect", "", ("X-Prometheus-Scrape-Timeout-Seconds", scrape))).ShouldBeProblem(400);
    }

    [Fact]
    public async Task Probe_WithoutASlotInTime_IsNoFailureOfTheTarget()
    {
        await using var hanging = TcpTarget.Hanging();
        await using var agent = await ProbeServer.StartAsync(agent: "concurrency: 8, concurrencyPerHost: 1");
        var running = agent.ProbeAsync($"http://127.0.0.1:{hanging.Port}/");
        await Eventually.Is(() => agent.Services.GetRequiredService<SchedulerMetrics>().Running == 1, "the first is under way");

        var waiting = agent.ProbeAsync($"http://127.0.0.1:{hanging.Port}/x", headers: ("X-Prometheus-Scrape-Timeout-Seconds", "2"));
        await Eventually.Is(() => agent.Probes().Count == 2, "the second waits");
        agent.Clock.Advance(TimeSpan.FromSeconds(2));

        (await waiting.Ends()).ShouldBeProblem(503);
        await agent.EndAsync(running);
        (await running).Value("probe_success").ShouldBe("0");
        await Eventually.Is(() => agent.Probes().Count == 0, "nothing is left");
    }

    [Fact]
    public async Task Caller_WithLessTimeThanTheRunItShares_IsAnsweredInTime()
    {
        await using var hanging = TcpTarget.Hanging();
        await using var agent = await ProbeServer.StartAsync();
        var url = $"http://127.0.0.1:{hanging.Port}/";
        var patient = agent.ProbeAsync(url);
        await Eventually.Is(() => agent.Services.GetRequiredService<SchedulerMetrics>().Running == 1, "the run is under way");
        var hasty = agent.ProbeAsync(url, headers: ("X-Prometheus-Scrape-Timeout-Seconds", "2"));
        await Eventually.Is(() => agent.Probes().Callers == 2, "both wait");

        agent.Clock.Advance(TimeSpan.FromSeconds(2));

        var reply = await hasty.Ends();
        (reply.Value("probe_success"), reply.Value("probe_duration_seconds")).ShouldBe(("0", "1.5"));
        patient.IsCompleted.ShouldBeFalse();
        await agent.EndAsync(patient);
    }
}
