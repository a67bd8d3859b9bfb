namespace HealthAgent.Reload;

/// <summary>Reloading and what brings it about.</summary>
internal static class ReloadSetup
{
    /// <summary>
    /// Registers the reloader of the sources that the registered <see cref="Planning.AgentPlan"/> was merged from, and what follows them.
    /// </summary>
    public static void AddReload(this IServiceCollection services)
    {
        services.AddSingleton<ReloadStatus>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<ReloadStatus>());
        services.AddSingleton<Reloader>();
        services.AddSingleton<ReloadTriggers>();
        services.AddHostedService(provider => provider.GetRequiredService<ReloadTriggers>());
    }
}
