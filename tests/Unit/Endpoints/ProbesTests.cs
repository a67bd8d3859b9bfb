using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

public sealed class ProbesTests
{
    /// <summary>The media type of their answers.</summary>
    internal const string Text = "text/plain; charset=utf-8";

    /// <summary>Two that decide readiness and three that do not.</summary>
    internal static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db"),
        Plans.Check("cache", impact: Impact.Degrading),
        Plans.Check("shown", impact: Impact.None),
        Plans.Check("buys", Tier.Functional, Impact.Critical),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("FFF")]
    [InlineData("WWW")]
    [InlineData("P")]
    public async Task Livez_WhateverTheChecksSay_IsOk(string outcomes)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", outcomes);
        agent.Record("db", outcomes);

        var reply = await agent.GetAsync("/livez");

        (reply.Status, reply.Body, reply.ContentType).ShouldBe((200, "ok", Text));
    }

    [Fact]
    public async Task Livez_WhenTheLoopNoLongerTurns_Fails()
    {
        var (clock, stall) = (new LoopClock(), new StallingListener());
        var check = ScriptedCheck.Of(clock, "P");
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent(Plans.Check(make: _ => check)), services => services.AddSingleton<IStateListener>(stall));
        try
        {
            await stall.Stalled.Ends();

            agent.Clock.Advance(SchedulerPulse.Limit - TimeSpan.FromSeconds(1));
            (await agent.GetAsync("/livez")).Status.ShouldBe(200);

            agent.Clock.Advance(TimeSpan.FromSeconds(1));
            var reply = await agent.GetAsync("/livez");
            reply.Status.ShouldBe(503);
            reply.Body.ShouldBe("[-]scheduler failed: the loop has not turned for 10s\nlivez check failed\n");
            (await agent.SendAsync(HttpMethod.Head, agent.Loopback, "/livez")).Status.ShouldBe(503);
            (await agent.GetAsync("/livez?verbose")).Status.ShouldBe(503);
            (await agent.GetPubliclyAsync("/livez")).Body.ShouldBe("livez check failed\n");
        }
        finally
        {
            stall.GoOn();
        }
    }

    [Fact]
    public async Task Livez_Verbose_NamesTheLoop()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        (await agent.GetAsync("/livez?verbose")).Body.ShouldBe("[+]scheduler ok\nlivez check passed\n");
    }

    [Theory]
    [InlineData("", "", 503)]
    [InlineData("P", "", 503)]
    [InlineData("P", "FF", 503)]
    [InlineData("P", "FFF", 200)]
    [InlineData("FFF", "FFF", 200)]
    [InlineData("WWW", "P", 200)]
    public async Task Startupz_ByTheSameChecks_IsOkOnceAllHaveHadAVerdict(string alive, string db, int status)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", alive);
        agent.Record("db", db);

        (await agent.GetAsync("/startupz")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Startupz_OnceOk_StaysSo()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", "PFFF");
        agent.Record("db", "PFFF");

        (await agent.GetAsync("/startupz?verbose")).Body.ShouldBe("[+]alive ok\n[+]db ok\nstartupz check passed\n");
        (await agent.GetAsync("/readyz")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task Startupz_OfACheckWhoseDependencyIsDownFromTheStart_IsOk_AndStaysSo()
    {
        await using var agent = await AgentServer.StartAsync([Plans.Check("db"), Plans.Check("api", dependsOn: "db")]);
        (await agent.GetAsync("/startupz")).Status.ShouldBe(503);

        // Kubernetes would restart the agent until the dependency is back.
        agent.Record("db", "FFF");
        (await agent.GetAsync("/startupz")).Status.ShouldBe(200);
        (await agent.GetAsync("/readyz")).Status.ShouldBe(503);

        agent.Record("db", "P");
        (await agent.GetAsync("/startupz")).Status.ShouldBe(200);
        (await agent.GetAsync("/readyz")).Status.ShouldBe(503, "api has not run yet");
    }

    [Theory]
    [InlineData("/livez", 200, "ok")]
    [InlineData("/startupz", 200, "ok")]
    [InlineData("/readyz", 503, "readyz check failed\n")]
    public async Task Probes_ToCallersWithoutDetails_AnswerTheVerdictAloneWhateverTheyAsk(string probe, int status, string body)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", "P");
        agent.Record("db", "FFF");
        var plain = await agent.GetPubliclyAsync(probe);
        (plain.Status, plain.Body).ShouldBe((status, body));

        foreach (var query in new[] { "?verbose", "?exclude=db", "?exclude=db&verbose", "?exclude=none&verbose", "?exclude=scheduler" })
        {
            var reply = await agent.GetPubliclyAsync(probe + query);
            (reply.Status, reply.Body, reply.ETag).ShouldBe((plain.Status, plain.Body, plain.ETag), query);
        }
    }
}
