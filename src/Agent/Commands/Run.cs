using System.Net.Sockets;
using System.Runtime.InteropServices;
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
    // A signal that asks a second time ends the process as if it had not been handled: 128 + SIGINT or SIGTERM.
    private const int InterruptedAgain = 130, TerminatedAgain = 143;

    /// <summary>How long requests under way may take when the agent stops; then their connections are aborted.</summary>
    public static readonly TimeSpan PatienceWithCallers = TimeSpan.FromSeconds(5);

    /// <summary>Exit code 0 after a stop that was asked for; 69 when an address cannot be listened on.</summary>
    public static async Task<int> UntilStoppedAsync(WebApplication agent, CancellationToken cancellationToken)
    {
        // The host handles the first signal, and ignores all others.
        var signals = 0;
        void EndIfAskedAgain(int code)
        {
            if (Interlocked.Increment(ref signals) > 1)
            {
                Environment.Exit(code);
            }
        }

        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => EndIfAskedAgain(InterruptedAgain));
        using var terminations = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndIfAskedAgain(TerminatedAgain));
        await using var running = agent;
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
        agent.Lifetime.ApplicationStopping.Register(events.Stopping);
        await agent.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Ok;
    }

    private static ICollection<string> Addresses(WebApplication agent) =>
        agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
}
