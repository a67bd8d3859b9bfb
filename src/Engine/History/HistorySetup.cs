using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>What outlives a restart, and what it needs.</summary>
internal static class HistorySetup
{
    /// <summary>Registers it, but for the service that writes.</summary>
    public static void AddHistory(this IServiceCollection services)
    {
        services.AddSingleton<StateDirectory>();
        services.AddSingleton<IMetricsSource>(static provider => provider.GetRequiredService<StateDirectory>());
        services.AddSingleton<EventFile>();
        services.AddSingleton<CarriedHistory>();
        services.AddSingleton(static provider => new EventLog(
            provider.GetRequiredService<StateStore>,
            provider.GetRequiredService<CarriedHistory>().Events,
            waitsForDisk: provider.GetRequiredService<StateDirectory>().IsGiven));
        services.AddSingleton<IStateListener>(static provider => provider.GetRequiredService<EventLog>());
    }
}
