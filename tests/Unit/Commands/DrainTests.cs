using HealthAgent.Agent.Commands;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Commands;

/// <summary>What the agent serves, starts and waits for during the drain.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Drain_FromItsBeginning_FailsReadinessAlone()
    {
        await using var agent = await StartAsync(TimeSpan.FromSeconds(5));
        agent.Record("db", "P");
        (await agent.GetAsync("/readyz")).Status.ShouldBe(200);

        var drained = agent.Services.GetRequiredService<Drain>().RunAsync();

        (await agent.GetAsync("/readyz")).Body.ShouldBe("[+]db ok\n[-]shutdown failed: the agent is stopping\nreadyz check failed\n");
        foreach (var path in new[] { "/livez", "/startupz", "/readyz/db", "/health", "/health?mode=full", "/health/checks/db",
            "/api/v1/health", "/metrics" })
        {
            (await agent.GetAsync(path)).Status.ShouldBe(200, path);
        }

        agent.Log.Records.Select(record => record.Message)
            .ShouldContain("health-agent is stopping: /readyz answers 503 for 5s first", StringComparer.Ordinal);
        agent.Clock.Advance(TimeSpan.FromSeconds(5));
        await drained.Ends();
    }

    [Fact]
    public async Task Drain_OfFiveSeconds_StartsRunsInItsFirstSecondAndLastsToItsEnd()
    {
        await using var agent = await StartAsync(TimeSpan.FromSeconds(5));
        var loop = agent.Services.GetRequiredService<Worker>().ExecuteTask.ShouldNotBeNull();
        var drained = agent.Services.GetRequiredService<Drain>().RunAsync();

        agent.Clock.Advance(TimeSpan.FromSeconds(0.9));
        loop.IsCompleted.ShouldBeFalse();
        agent.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.Is(() => loop.IsCompleted, "no more runs start");

        agent.Clock.Advance(TimeSpan.FromSeconds(3.9));
        drained.IsCompleted.ShouldBeFalse();
        agent.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await drained.Ends();
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    [InlineData(5, 2)]
    [InlineData(300, 2)]
    public async Task Drain_WhenItIsOver_LeavesCallersTheRestOfTheirTime(int drain, int callers)
    {
        await using var agent = await StartAsync(TimeSpan.FromSeconds(drain));

        var drained = agent.Services.GetRequiredService<Drain>().RunAsync();
        agent.Clock.Advance(TimeSpan.FromSeconds(drain));

        (await drained.Ends()).ShouldBe(TimeSpan.FromSeconds(callers));
    }

    private static Task<AgentServer> StartAsync(TimeSpan drain) =>
        AgentServer.StartAsync(Plans.Agent(Plans.Check("db")) with { Concurrency = 0, Drain = drain });
}
