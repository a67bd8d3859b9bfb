using HealthAgent.Endpoints;
using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>A reader that comes back: it goes on after the last event that it got.</summary>
public sealed class EventResumeTests
{
    [Fact]
    public async Task Get_WithTheLastId_GoesOnThereAndSaysNothingTwice()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", failureThreshold: 1));
        string id;
        await using (var reader = await EventReader.OpenAsync(agent.Loopback))
        {
            await reader.ResetAsync();
            agent.Record("db", "P");
            await reader.NextAsync();
            id = reader.LastEventId;
        }

        agent.Record("db", "FP");

        await using var byHeader = await EventReader.OpenAsync(agent.Loopback, lastEventId: id);
        (await byHeader.NextAsync(2)).ShouldBe(["db healthy>unhealthy", "db unhealthy>healthy"]);
        await using var byQuery = await EventReader.OpenAsync(agent.Loopback, $"?lastEventId={id}");
        (await byQuery.NextAsync(2)).ShouldBe(["db healthy>unhealthy", "db unhealthy>healthy"]);
        await using var byBoth = await EventReader.OpenAsync(agent.Loopback, $"?lastEventId={id}", byHeader.LastEventId);
        agent.Record("db", "F");
        (await byBoth.NextAsync(1)).ShouldBe(["db healthy>unhealthy"], "a browser adds the header, and its page the query");
    }

    [Theory]
    [InlineData("1-00000000")]
    [InlineData("999999999999999999999999-00000000")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("0-")]
    [InlineData("1")]
    public async Task Get_WithAnIdThatIsNotKnown_BeginsWithAllStates(string id)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        agent.Record("db", "P");

        await using var reader = await EventReader.OpenAsync(agent.Loopback, lastEventId: id);

        (await reader.ResetAsync()).Text("reason").ShouldBe("what happened since Last-Event-ID is not known");
    }

    [Fact]
    public async Task Get_WithAnIdThatIsTooOld_BeginsWithAllStates()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        var events = agent.Events;
        var id = events.LastId;
        Reload(agent, EventRing.Most);
        await using (var reader = await EventReader.OpenAsync(agent.Loopback, lastEventId: id))
        {
            (await reader.NextAsync(EventRing.Most)).ShouldAllBe(one => one == "config_reloaded");
        }

        Reload(agent, 1);

        await using var late = await EventReader.OpenAsync(agent.Loopback, lastEventId: id);
        await late.ResetAsync();
    }

    [Fact]
    public async Task Reader_ThatHearsOfNothing_StillLearnsHowFarItIs()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"), Plans.Check("web"));
        await using var reader = await EventReader.OpenAsync(agent.Loopback, "?checks=web");
        var before = (await reader.ResetAsync()).Id;
        agent.Record("db", "P");
        var next = reader.NextAsync();

        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(EventStream.HeartbeatEvery);
                return reader.LastEventId != before;
            },
            "a heartbeat says so");

        reader.LastEventId.ShouldBe(agent.Events.LastId);
        agent.Record("web", "P");
        (await next)!.ToString().ShouldBe("web unknown>healthy");
    }

    private static void Reload(AgentServer agent, int times)
    {
        var plan = agent.Store.Current.Plan;
        for (var i = 0; i < times; i++)
        {
            agent.Events.OnReloaded("a test", PlanChange.Between(plan, plan), Plans.Start);
        }
    }
}
