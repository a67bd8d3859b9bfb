using System.Runtime.CompilerServices;
using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Hosting;
using HealthAgent.Agent.Logging;
using HealthAgent.Agent.Telemetry;
using HealthAgent.Endpoints;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.Publishers;
using HealthAgent.Registered;
using HealthAgent.Reload;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthAgent.Agent;

/// <summary>
/// The agent from one end to the other: what an operator writes is read into plans, a worker runs them, their outcomes
/// are folded into one snapshot, and all that is told is told from it.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => FileDescriptors.AreTooFew() ? Task.FromResult(ExitCodes.OsError) : RunAsync(args);

    // By itself, since what it needs is loaded before its first line runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string[] args)
    {
        LinearRegex.LimitAutomata();

        // Before anything gets hold of the console: nothing may wait for its reader, or fail with its disk.
        var drops = new ConsoleDrops();
        await using var streams = drops.TakeOver();
        return await AgentCommands.InvokeAsync(
            args, run: (plan, cancellation) => Run.UntilStoppedAsync(Build(plan, builder => Run.Prepare(builder.Services, drops)), cancellation));
    }

    /// <summary>Puts an agent together. It runs nothing until it is started.</summary>
    internal static WebApplication Build(AgentPlan plan, Action<WebApplicationBuilder>? prepare = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var services = builder.Services;
        prepare?.Invoke(builder);

        // A plan for each check, also for those that are registered in code …
        plan = services.TakeOverHealthChecks(plan);
        services.AddSingleton(plan);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain.CallersMayTake);
        services.AddSingleton<Drain>();

        // … is run by the worker, each on a schedule of its own, none beside itself …
        services.TryAddSingleton(TimeProvider.System);
        services.AddScheduling();
        SchedulingSetup.ReserveThreads(plan.Concurrency);

        // … which may be given another set of plans at any time …
        services.AddReload();

        // … every outcome is folded into the one snapshot …
        services.AddSingleton<AgentClock>();
        services.AddSingleton<StateStore>();
        services.AddSingleton<Readiness>();

        // … which is pushed by OTLP, offered to Prometheus, given to publishers, told on the console …
        builder.AddTelemetry(plan, AgentVersion.Version);
        services.AddHostedService<HealthReportLoop>();
        builder.AddConsole();

        // … and answered from: no request ever runs a check.
        builder.AddListeners(plan.Listen, FileDescriptors.ForCallers);
        services.AddEndpoints();
        services.AddSingleton<Scrapes>();

        var agent = builder.Build();
        agent.MapSurfaces();
        agent.MapMetrics();
        return agent;
    }
}
