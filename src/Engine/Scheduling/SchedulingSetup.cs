using HealthAgent.Memory;
using HealthAgent.Planning;

namespace HealthAgent.Scheduling;

/// <summary>The worker and what it needs.</summary>
internal static class SchedulingSetup
{
    // Some libraries block a thread of the pool while they wait, and the pool adds threads slowly: without these, a
    // few hanging checks would delay all others, and the probes too. A thread that is not used costs nothing.
    private const int SpareThreads = 16;
    private const int MostReserved = 128;

    /// <summary>
    /// Lets the thread pool have a thread for every run there may be at once, as soon as it is needed, up to a number: most wait
    /// without one.
    /// </summary>
    public static void ReserveThreads(int concurrency)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.SetMinThreads(Math.Min(most, Math.Max(workers, Math.Min(concurrency, MostReserved) + SpareThreads)), ports);
    }

    /// <summary>Registers the worker. It starts once the host listens, and stops when what it runs has ended.</summary>
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<SchedulerPulse>();
        services.AddSingleton<SchedulerMetrics>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<SchedulerMetrics>());
        services.AddSingleton(provider => new BodyMemory(provider.GetRequiredService<AgentPlan>().Memory));
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<BodyMemory>());
        services.AddSingleton<CheckRunner>();
        services.AddSingleton<Random>();
        services.AddSingleton<Worker>();
        services.AddSingleton<WorkerLifetime>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerLifetime>());
    }
}
