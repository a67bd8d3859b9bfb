using System.Net;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>Schedulers of a real Dagu: frozen, killed, and one too many.</summary>
public sealed class DaguSchedulerTests : DaguProcesses
{
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

        await Scheduler!.SignalAsync("STOP");
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"),
            state => ObservedOf(state, "schedulers.active") == 0, "it is not listed any more");
        var broken = await agent.UntilAsync("dagu", "unhealthy");

        ReasonOf(broken).ShouldStartWith("no scheduler has been active for 3");
        ReasonOf(broken).ShouldContain("runbook dagu.md#no-active-scheduler");
        using var own = await agent.Client.GetAsync(new Uri($"{Url}/api/v2/health"));
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.Content.ReadAsStringAsync()).ShouldContain("\"healthy\"");
        (await agent.UntilAsync("dagu-alive", "healthy")).GetProperty("status").GetString().ShouldBe("healthy");

        await Scheduler.SignalAsync("CONT");
        await agent.UntilAsync("dagu", "healthy");
    }

    [Fact]
    public async Task Dagu_SchedulerKilled_IsUnhealthyAndThenTakenOver()
    {
        await using var agent = await StartAsync("expect: [schedulers.absent <= 2s]");
        await agent.UntilAsync("dagu", "healthy");

        await Scheduler!.DisposeAsync();
        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldContain("it stopped, died or froze");

        Scheduler = Start("scheduler", "--dags", Dags);
        await agent.UntilAsync("dagu", "healthy");
    }

    [Fact]
    public async Task Dagu_TwoSchedulersOnTheirOwnLocks_AreASplitBrain()
    {
        await using var agent = await StartAsync();
        await agent.UntilAsync("dagu", "healthy");
        Second = Start("scheduler", "--dags", Dags);
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"), state => ObservedOf(state, "schedulers") == 2, "the second one is standby");
        (await agent.UntilAsync("dagu", "healthy")).GetProperty("observed").GetProperty("schedulers.active").GetDouble().ShouldBe(1);

        // As when the directory is mounted again: the second takes a lock in the new one, and the first keeps its own.
        Directory.Move(Data, Data + ".old");
        await Eventually.TrueAsync(
            () => agent.GetJsonAsync("/health/checks/dagu"), state => ObservedOf(state, "schedulers.active") == 2, "both are active");

        ReasonOf(await agent.UntilAsync("dagu", "unhealthy")).ShouldContain("split brain; runbook dagu.md#two-schedulers");
    }
}
