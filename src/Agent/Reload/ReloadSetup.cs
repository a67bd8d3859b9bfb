namespace HealthAgent.Reload;

/// <summary>Reloading and what brings it about.</summary>
internal static class ReloadSetup
{
    /// <summary>Registers the reloader.</summary>
    public static void AddReload(this IServiceCollection services)
    {
        services.AddSingleton<ReloadStatus>();
        services.AddSingleton<Reloader>();
    }
}
