using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Endpoints;
using HealthAgent.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HealthAgent.Commands;

/// <summary>Runs an agent until it is told to stop.</summary>
internal static class Run
{
    /// <summary>Exit code 0 after a stop that was asked for; 69 when the address is not to be had.</summary>
    public static async Task<int> UntilStoppedAsync(WebApplication agent, CancellationToken cancellationToken)
    {
        await using var running = agent;
        var plan = agent.Services.GetRequiredService<AgentPlan>();
        var events = agent.Services.GetRequiredService<AgentEvents>();
        try
        {
            await agent.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"health-agent cannot listen on {string.Join(", ", plan.Listen)}: {Failures.Describe(e)}. Stop what listens there, or set agent.listen in agent.yaml."));
            return ExitCodes.Unavailable;
        }

        var addresses = agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Console.WriteLine(Banner.Of(plan, [.. addresses]));
        events.Started(AgentVersion.Version, plan.Checks.Count);
        agent.Lifetime.ApplicationStopping.Register(events.Stopping);
        await agent.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Ok;
    }
}
