using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>An agent whose checks have run once.</summary>
internal static class RunningAgent
{
    public static async Task<AgentServer> StartedAsync(params CheckPlan[] checks)
    {
        var agent = await AgentServer.StartAsync(Plans.Agent(checks));
        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(TimeSpan.FromMilliseconds(1));
                return agent.Store.Current.Checks.All(
                    state => state is { Last: not null } or { SuppressedBy: not null } or { Plan.IsPassive: true });
            },
            "all have run once");
        return agent;
    }

    public static ScriptedCheck Scripted(string outcomes) => ScriptedCheck.Of(TimeProvider.System, outcomes);
}
