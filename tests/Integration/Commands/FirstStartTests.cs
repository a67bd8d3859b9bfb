using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Commands;

/// <summary>The program's first start: its own process, in an empty folder, without configuration.</summary>
public sealed partial class FirstStartTests
{
    [Fact]
    public async Task Agent_WithoutConfiguration_WatchesItselfAndSaysWhereToLook()
    {
        var empty = TemporaryFolder.Create("empty-").FullName;
        await using var agent = AgentProgram.Start([], empty, ("HEALTH_AGENT_LISTEN", "http://127.0.0.1:0"));
        var banner =
            await Eventually.TrueAsync(() => agent.Output, output => output.Contains("/metrics", StringComparison.Ordinal), "the banner");

        var address = Address().Match(banner).Value;
        banner.ShouldContain("the built-in configuration");
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        await Eventually.TrueAsync(
            () => client.GetAsync(new Uri("/startupz", UriKind.Relative)),
            answer => answer.StatusCode == HttpStatusCode.OK,
            "all checks have a verdict");
        (await client.GetStringAsync(new Uri("/health?mode=full", UriKind.Relative))).ShouldContain("\"disk\"");
        (await client.GetStringAsync(new Uri("/livez", UriKind.Relative))).ShouldBe("ok");

        var (exitCode, output) = await AgentProgram.RunAsync("healthcheck", "--url", address);
        exitCode.ShouldBe(0, output);

        await agent.SignalAsync("TERM");
        (await agent.ExitAsync()).ShouldBe(0);
        agent.Output.ShouldContain("health-agent is stopping");
        Directory.Delete(empty, recursive: true);
    }

    [Fact]
    public async Task Console_AskedForJson_IsAnObjectALineWithTheEventsName()
    {
        var empty = TemporaryFolder.Create("empty-").FullName;
        await using var agent =
            AgentProgram.Start([], empty, ("HEALTH_AGENT_LISTEN", "http://127.0.0.1:0"), ("Logging__Console__FormatterName", "json"));
        await Eventually.TrueAsync(
            () => agent.Output, output => output.Contains("health_check.state_changed", StringComparison.Ordinal), "an event");
        await agent.SignalAsync("TERM");
        (await agent.ExitAsync()).ShouldBe(0);

        var lines = agent.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();

        var events = lines.Select(line => line.GetProperty("event").GetString()).ToList();
        events[0].ShouldBe("health_agent.started");
        events[^1].ShouldBe("health_agent.stopping");
        var became = lines.First(line => line.GetProperty("event").GetString() == "health_check.state_changed");
        became.GetProperty("level").GetString().ShouldBe("info");
        became.GetProperty("attributes").GetProperty("health_check.state").GetString().ShouldBe("healthy");
        became.GetProperty("attributes").GetProperty("health_check.previous_state.duration").GetDouble().ShouldBeGreaterThan(0);
        Directory.Delete(empty, recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
