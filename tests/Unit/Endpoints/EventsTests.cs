using System.Text.Json;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HealthAgent.Unit.Endpoints;

/// <summary>What happens, as server-sent events.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task Get_WithoutAnId_BeginsWithAllStates()
    {
        await using var agent = await AgentServer.StartAsync(
            Plans.Check("db", group: "orders", labels:
                new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "a" }), Plans.Check("web"));
        agent.Record("db", "FFF");

        await using var reader = await EventReader.OpenAsync(agent.Loopback);

        reader.Response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        reader.Response.Headers.CacheControl!.ToString().ShouldBe("no-store");
        var reset = await reader.ResetAsync();
        reset.Text("reason").ShouldBe("there is no Last-Event-ID");
        reset.Id.ShouldBe(reader.LastEventId);
        reader.ReconnectionInterval.ShouldBe(TimeSpan.FromSeconds(3));
        reset.Data.GetProperty("checks").EnumerateArray().Select(check => Quoted(check)).ShouldBe(
        [
            "{'name':'db','kind':'scripted','tier':'dependency','impact':'critical','group':'orders','labels':{'team':'a'},"
            + "'status':'unhealthy','since':'2026-03-01T12:00:00.000Z','errorType':'timeout','reason':'the reason of a fail'}",
            "{'name':'web','kind':'scripted','tier':'dependency','impact':'critical','labels':{},"
            + "'status':'unknown','since':'2026-03-01T12:00:00.000Z','reason':'no verdict yet'}",
        ]);
    }

    [Fact]
    public async Task Transitions_AreSentAsTheyComeInTheWordsOfTheLog()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", group: "orders"));
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();

        agent.Record("db", "P");
        agent.Clock.Advance(TimeSpan.FromSeconds(3));
        agent.Record("db", "FFF");

        (await reader.NextAsync())!.ToString().ShouldBe("db unknown>healthy");
        var failed = (await reader.NextAsync()).ShouldNotBeNull();
        failed.Type.ShouldBe("health_check.state_changed");
        Quoted(failed.Data).ShouldBe(
            "{'name':'db','kind':'scripted','tier':'dependency','impact':'critical','group':'orders','labels':{},"
            + "'status':'unhealthy','since':'2026-03-01T12:00:03.000Z','previousStatus':'healthy','previousDurationMs':3000,"
            + "'errorType':'timeout','reason':'the reason of a fail'}");
        agent.Log.Records.Count(record => record.Id.Name == failed.Type).ShouldBe(2);
    }

    [Fact]
    public async Task Flapping_IsSentWhenItBeginsAndEnds()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", failureThreshold: 1));
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();

        agent.Record("db", "PFPFPFPFPFPF");
        agent.Record("db", new string('P', 20));

        var events = new List<string>();
        while (!events.Contains("db flapping_stopped"))
        {
            events.AddRange(await reader.NextAsync(1));
        }

        events.Count(one => one == "db flapping_started").ShouldBe(1);
        events.IndexOf("db flapping_started").ShouldBeLessThan(events.IndexOf("db flapping_stopped"));
    }

    [Theory]
    [InlineData("?checks=db", "db")]
    [InlineData("?checks=db,cache", "db cache")]
    [InlineData("?checks=db&checks=web", "db web")]
    [InlineData("?groups=orders", "db web")]
    [InlineData("?tier=functional", "web")]
    [InlineData("?groups=orders&tier=dependency", "db")]
    [InlineData("?checks=cache&groups=orders", "")]
    [InlineData("?checks=nothing", "")]
    [InlineData("?checks=&groups=,", "db web cache")]
    public async Task Filter_NarrowsStatesAndEvents(string query, string expected)
    {
        await using var agent = await AgentServer.StartAsync(
            Plans.Check("db", group: "orders"), Plans.Check("web", Tier.Functional, group: "orders"), Plans.Check("cache"));
        await using var reader = await EventReader.OpenAsync(agent.Loopback, query);
        var names = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        (await reader.ResetAsync()).Data.GetProperty("checks").EnumerateArray()
            .Select(check => check.GetProperty("name").GetString()).ShouldBe(names);
        agent.Record("db", "P");
        agent.Record("web", "P");
        agent.Record("cache", "P");
        agent.Events.OnReloaded("a test", PlanChange.Between(agent.Store.Current.Plan, agent.Store.Current.Plan), Plans.Start);

        (await reader.NextAsync(names.Length + 1)).ShouldBe([.. names.Select(name => $"{name} unknown>healthy"), "config_reloaded"]);
    }

    [Fact]
    public async Task Stop_EndsStreamsWithTheReason()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();

        agent.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var end = (await reader.NextAsync()).ShouldNotBeNull();
        (end.Type, end.Text("reason")).ShouldBe(("end", "the agent is stopping"));
        (await reader.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Reload_OfTheRulesOfAccess_EndsStreams()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();
        var plan = agent.Store.Current.Plan;

        agent.Events.OnReloaded("a test", PlanChange.Between(plan, plan) with { Settings = ["access"] }, Plans.Start);

        (await reader.NextAsync())!.Text("reason").ShouldBe("the rules of access changed");
        (await reader.NextAsync()).ShouldBeNull();
    }

    private static string Quoted(JsonElement json) => json.GetRawText().Replace('"', '\'');
}
