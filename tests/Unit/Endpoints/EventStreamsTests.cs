using System.Security.Claims;
using HealthAgent.Endpoints;
using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Many streams, readers that take nothing, and credentials that end.</summary>
public sealed class EventStreamsTests
{
    [Fact]
    public async Task Streams_OfOneAddress_AreSoManyAtTheMost()
    {
        await using var agent = await StartAsync();
        using var meters = new MeterReading(agent.Store);
        var readers = new List<EventReader>();
        for (var i = 0; i < EventStreams.MostPerAddress; i++)
        {
            readers.Add(await EventReader.OpenAsync(agent.Loopback));
        }

        var refused = await agent.GetAsync("/events");
        refused.ShouldBeProblem(429);
        refused.Headers["Retry-After"].ShouldBe("10");
        Value(meters, "health_agent.events.streams").ShouldBe(EventStreams.MostPerAddress);
        (await agent.GetAsync("/livez")).Status.ShouldBe(200);

        await readers[0].DisposeAsync();
        await Eventually.Is(() => Value(meters, "health_agent.events.streams") < EventStreams.MostPerAddress, "its place is free");
        readers[0] = await EventReader.OpenAsync(agent.Loopback);
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }

        await Eventually.Is(() => Value(meters, "health_agent.events.streams") == 0, "all are gone");
    }

    [Fact]
    public async Task Streams_Altogether_LeaveHalfOfTheConnectionsToOthers()
    {
        await using var agent = await StartAsync(services => services.AddSingleton(new Connections(static () => 8)));
        var readers = new List<EventReader>();
        for (var i = 0; i < 4; i++)
        {
            readers.Add(await EventReader.OpenAsync(agent.Loopback));
            await readers[i].ResetAsync();
        }

        (await agent.GetAsync("/events")).ShouldBeProblem(503);

        // As many idle ones as would push out the streams, if these were idle.
        var idle = new List<SlowReader>();
        for (var i = 0; i < 40; i++)
        {
            idle.Add(await SlowReader.AskAsync(agent.Loopback, "/livez"));
        }

        agent.Record("db", "P");
        foreach (var reader in readers)
        {
            (await reader.NextAsync(1)).ShouldBe(["db unknown>healthy"]);
            await reader.DisposeAsync();
        }

        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Reader_ThatTakesNothing_IsCutOffAndCounted()
    {
        await using var agent = await StartAsync();
        using var meters = new MeterReading(agent.Store);
        using var slow = await SlowReader.AskAsync(agent.Loopback, "/events");
        var large = Large(agent);
        await using (var reader = await EventReader.OpenAsync(agent.Loopback))
        {
            await reader.ResetAsync();

            // More than the buffers of both kernels and of the server hold; whoever reads gets all of it.
            for (var i = 0; i < 64; i++)
            {
                agent.Services.GetRequiredService<EventLog>().OnReloaded("a test", large, Plans.Start);
                (await reader.NextAsync(1)).ShouldBe(["config_reloaded"]);
            }
        }

        await Eventually.Is(() => Value(meters, "health_agent.events.streams") == 1, "the other has left");
        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(EventStream.LongestFlush);
                return Value(meters, "health_agent.events.dropped") == 1;
            },
            "it is cut off");

        (await slow.ReadAsync(long.MaxValue)).Closed.ShouldBeTrue();
        agent.Log.Records.Count(record => record.Message.Contains("cut off: its reader is too slow", StringComparison.Ordinal)).ShouldBe(1);
        Value(meters, "health_agent.events.streams").ShouldBe(0);
        agent.Log.Records.Where(record => record.Exception is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reader_ThatIsOvertakenByAllEvents_IsToldSo()
    {
        await using var agent = await StartAsync();
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();
        var (log, large) = (agent.Services.GetRequiredService<EventLog>(), Large(agent));

        // Nobody waits for it: it is behind by more than all that is kept.
        var events = new List<StreamEvent>();
        for (var i = 0; i < 600; i++)
        {
            log.OnReloaded("a test", large, Plans.Start);
        }

        do
        {
            events.Add((await reader.NextAsync()).ShouldNotBeNull());
        }
        while (events[^1].Type != "end");

        events[^1].Text("reason")!.ShouldStartWith("the reader is too slow");
        await using var again = await EventReader.OpenAsync(agent.Loopback, lastEventId: reader.LastEventId);
        await again.ResetAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credentials_ThatEnd_EndTheStream(bool byTime)
    {
        var caller = new Caller();
        await using var agent = await StartAsync(services => services.AddSingleton<IStartupFilter>(caller));
        await using var reader = await EventReader.OpenAsync(agent.Loopback);
        await reader.ResetAsync();
        var end = reader.NextAsync();

        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(byTime ? EventStream.HeartbeatEvery : TimeSpan.FromMilliseconds(1));
                if (!byTime)
                {
                    var access = Large(agent) with { Settings = ["access"] };
                    agent.Services.GetRequiredService<EventLog>().OnReloaded("a test", access, Plans.Start);
                }

                return end.IsCompleted;
            },
            "the stream ends");

        (await end)!.Text("reason").ShouldBe(byTime ? "the credentials are no longer valid" : "the rules of access changed");
        (await reader.NextAsync()).ShouldBeNull();
    }

    private static Task<AgentServer> StartAsync(Action<IServiceCollection>? prepare = null) =>
        AgentServer.StartAsync(Plans.Agent(Plans.Check("db")) with { Concurrency = 0 }, prepare);

    private static PlanChange Large(AgentServer agent) =>
        PlanChange.Between(agent.Store.Current.Plan, agent.Store.Current.Plan) with { Settings = [new string('x', 100_000)] };

    private static double Value(MeterReading meters, string instrument) =>
        meters.Read().Single(measured => measured.Instrument == instrument).Value;

    /// <summary>Gives the caller a token that ends after a minute.</summary>
    private sealed class Caller : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => agent =>
        {
            agent.Use((context, others) =>
            {
                var ends = Plans.Start.AddMinutes(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
                context.User.AddIdentity(new ClaimsIdentity([new Claim("exp", ends)]));
                return others(context);
            });
            next(agent);
        };
    }
}
