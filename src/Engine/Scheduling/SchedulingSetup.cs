using HealthAgent.Memory;
using HealthAgent.Planning;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthAgent.Scheduling;

/// <summary>The worker and what it needs.</summary>
internal static class SchedulingSetup
{
    /// <summary>Registers the worker. It starts once the host listens, and stops when what it runs has ended.</summary>
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<SchedulerPulse>();
        services.AddSingleton<SchedulerMetrics>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<SchedulerMetrics>());
        services.AddSingleton(provider => new BodyMemory(provider.GetRequiredService<AgentPlan>().Memory));
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<BodyMemory>());
        services.AddSingleton<CheckRunner>();
        services.TryAddSingleton<Random>();
        services.AddSingleton<Worker>();
        services.AddSingleton<WorkerLifetime>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerLifetime>());
    }
}
