using HealthAgent.Files;

namespace HealthAgent.Reload;

/// <summary>Reloading and what brings it about.</summary>
internal static class ReloadSetup
{
    /// <summary>Registers the reloader, and what makes it reload when a file changes.</summary>
    public static void AddReload(this IServiceCollection services)
    {
        services.AddSingleton<ReloadStatus>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<ReloadStatus>());
        services.AddSingleton<Reloader>();
        services.AddSingleton(provider => new FileWatch(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ReloadTriggers>();
        services.AddHostedService(provider => provider.GetRequiredService<ReloadTriggers>());
    }
}
