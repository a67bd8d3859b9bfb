using System.Runtime.CompilerServices;
using HealthAgent.Agent.Access;
using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Grpc;
using HealthAgent.Agent.Hosting;
using HealthAgent.Agent.Logging;
using HealthAgent.Agent.OpenApi;
using HealthAgent.Agent.Probing;
using HealthAgent.Agent.Telemetry;
using HealthAgent.Endpoints;
using HealthAgent.Planning;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;

namespace HealthAgent.Agent;

/// <summary>
/// The agent from one end to the other: what an operator writes is read into plans, a worker runs them, their outcomes
/// are folded into one snapshot, and everything is reported from it.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => FileDescriptors.AreTooFew() ? Task.FromResult(ExitCodes.OsError) : RunAsync(args);

    // By itself, since what it needs is loaded before its first line runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string[] args)
    {
        // Before anything gets hold of the console: nothing may wait for its reader, or fail with its disk.
        var drops = new ConsoleDrops();
        await using var streams = drops.TakeOver();
        return await AgentCommands.InvokeAsync(
            args,
            run: (plan, cancellation) => Run.UntilStoppedAsync(Build(plan, builder => Run.Prepare(builder.Services, drops)), cancellation));
    }

    /// <summary>Puts an agent together. It runs nothing until it is started.</summary>
    internal static WebApplication Build(AgentPlan plan, Action<WebApplicationBuilder>? prepare = null)
    {
        // An empty one: no settings files that are watched, listeners or hosts of another configuration than the agent's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables();
        builder.WebHost.UseKestrelCore();
        var services = builder.Services;
        services.AddRoutingCore();
        prepare?.Invoke(builder);

        // The library runs the checks, folds their outcomes into one snapshot, and answers from it …
        services.AddHealthAgent(agent => agent.AddPlan(plan).AddRegisteredHealthChecks());

        // … which the program pushes by OTLP, offers to Prometheus and reports on the console …
        builder.AddTelemetry(plan, AgentVersion.Version);
        builder.AddConsole();

        // … on listeners of its own, in a process that is its own.
        builder.AddListeners(FileDescriptors.ForCallers);
        builder.AddAccess();
        builder.AddGrpcHealth();
        services.AddSingleton<Scrapes>();
        services.AddSingleton<ProbeRuns>();
        services.AddProblemDetails();
        services.AddOpenApiDocument();
        services.AddSingleton<IPlanListener, ReservedThreads>();
        services.TryAddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<ServiceManager>();
        services.AddHostedService(provider => provider.GetRequiredService<ServiceManager>());
        services.AddHostedService<HangUp>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain.CallersMayTake);
        services.AddSingleton<Drain>();

        var agent = builder.Build();
        agent.MapSurfaces();
        return agent;
    }
}
