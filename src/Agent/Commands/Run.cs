using System.Net.Sockets;
using HealthAgent.Agent.Logging;
using HealthAgent.Endpoints;
using HealthAgent.Instruments;
using HealthAgent.Planning;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HealthAgent.Agent.Commands;

/// <summary>Runs an agent until it is told to stop.</summary>
internal static class Run
{
    /// <summary>Registers what only a program has: signals, and a console.</summary>
    public static void Prepare(IServiceCollection services, ConsoleDrops drops)
    {
        services.AddSingleton(drops);
        services.AddSingleton<StopSignals>();
        services.AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>());
    }

    /// <summary>Exit code 0 after a stop that was asked for; 69 when an address cannot be listened on.</summary>
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
            // Before the agent is disposed of.
            FileDescriptors.ExitExhausted();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // They are bound one after the other: the first that is not bound is the one that failed.
            var failed = plan.Listen[Math.Min(Addresses(agent).Count, plan.Listen.Count - 1)];
            await Console.Error.WriteLineAsync(ListenFailure.Describe(failed, e));
            return ExitCodes.Unavailable;
        }

        Console.WriteLine(Banner.Of(plan, [.. Addresses(agent)]));
        events.Started(AgentVersion.Version, plan.Checks.Count);
        await agent.Services.GetRequiredService<StopSignals>().Requested;
        var callersMayTake = await agent.Services.GetRequiredService<Drain>().RunAsync();

        // The connections of requests that take longer are aborted.
        using var patience = new CancellationTokenSource(callersMayTake, agent.Services.GetRequiredService<TimeProvider>());
        await agent.StopAsync(patience.Token);
        return ExitCodes.Ok;
    }

    private static ICollection<string> Addresses(WebApplication agent) =>
        agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
