using System.Net.Sockets;
using HealthAgent.Agent.Hosting;
using HealthAgent.Agent.Logging;
using HealthAgent.Endpoints;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HealthAgent.Agent.Commands;

/// <summary>Runs an agent until it is stopped.</summary>
internal static class Run
{
    /// <summary>Registers what only the program needs: signals and the console.</summary>
    public static void Prepare(IServiceCollection services, ConsoleDrops drops)
    {
        services.AddSingleton(drops);
        services.AddSingleton<StopSignals>();
        services.AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>());
    }

    /// <summary>Exit code 0 after a requested stop; 69 if an address cannot be listened on.</summary>
    public static async Task<int> UntilStoppedAsync(WebApplication agent, CancellationToken cancellationToken)
    {
        await using var running = agent;
        await using var cancelled = cancellationToken.Register(agent.Lifetime.StopApplication);
        agent.Services.GetRequiredService<ConsoleDrops>().ReportTo(agent.Services.GetRequiredService<ILogger<ConsoleDrops>>());
        var plan = agent.Services.GetRequiredService<AgentPlan>();
        var events = agent.Services.GetRequiredService<AgentEvents>();
        try
        {
            await agent.StartAsync(cancellationToken);
        }
        catch (Exception e) when (FileDescriptors.AreExhausted(e))
        {
            // Before disposing the agent.
            FileDescriptors.ExitExhausted();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Addresses are bound in order: the first unbound one failed.
            var failed = plan.Listen[Math.Min(Addresses(agent).Count, plan.Listen.Count - 1)].Url;
            await Console.Error.WriteLineAsync(ListenFailure.Describe(failed, e));
            return ExitCodes.Unavailable;
        }

        Console.WriteLine(Banner.Of(plan, [.. Addresses(agent)]));
        events.Started(AgentVersion.Version, plan.Checks.Count);
        agent.Services.GetRequiredService<ServiceManager>().Ready();
        await agent.Services.GetRequiredService<StopSignals>().Requested;
        var callersMayTake = await agent.Services.GetRequiredService<Drain>().RunAsync();

        // Connections of longer requests are aborted.
        using var patience = new CancellationTokenSource(callersMayTake, agent.Services.GetRequiredService<TimeProvider>());
        await agent.StopAsync(patience.Token);
        return ExitCodes.Ok;
    }

    private static ICollection<string> Addresses(WebApplication agent) =>
        agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
