using HealthAgent.Checks.Host;

namespace HealthAgent.Scheduling;

/// <summary>The worker and what it needs.</summary>
internal static class SchedulingSetup
{
    /// <summary>Registers the worker. It starts with the host, and stops when what it runs has ended.</summary>
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<SchedulerPulse>();
        services.AddSingleton<SchedulerMetrics>();
        services.AddSingleton<CheckRunner>();
        services.AddSingleton<Random>();
        services.AddHostedService<Worker>();
    }
}
