using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of the agent itself.</summary>
internal static class AgentSettings
{
    // With less, bodies of the default maxBody would not fit.
    private const long LeastMemory = 16L * 1024 * 1024;
    private const long MostMemory = 1024L * 1024 * 1024 * 1024;

    // Load balancers ask every 30 s and believe the second or third answer.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(5);

    /// <summary>The names in <c>Host</c> that are served.</summary>
    public static readonly Setting<IReadOnlyList<LocatedText>> Hosts =
        Setting.Texts("hosts", "the names in `Host` that are served").With(note: "loopback names on loopback listeners, any elsewhere");

    /// <summary>Resource attributes.</summary>
    public static readonly Setting<IReadOnlyDictionary<string, string>> Labels =
        Setting.Map("labels", "resource attributes of all telemetry");

    /// <summary>How many checks may run at once.</summary>
    public static readonly Setting<int?> Concurrency =
        Setting.WholeNumber("concurrency", "how many checks may run at once", 1, 100_000).With(note: "256 for each core");

    /// <summary>How many of them may run at once against one host.</summary>
    public static readonly Setting<int?> ConcurrencyPerHost =
        Setting.WholeNumber("concurrencyPerHost", "how many of them may run at once against one host", 1, 100_000)
            .With(note: "a quarter of `concurrency`");

    /// <summary>How much memory the bodies and answers of all runs may take at once, in bytes.</summary>
    public static readonly Setting<long?> Memory =
        Setting.Size("memory", "how much memory the bodies and answers of all runs may take at once", LeastMemory, MostMemory)
            .With(note: "by the memory limit");

    /// <summary>How long readiness fails before the agent stops.</summary>
    public static readonly Setting<TimeSpan?> Drain =
        Setting.Duration("drain", "how long `/readyz` fails before the agent stops", TimeSpan.Zero, LongestDrain)
            .With(byDefault: "5s", note: "`0s` where it listens on loopback alone");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [ListenerSettings.Listen, Hosts, Labels, Concurrency, ConcurrencyPerHost, Memory, Drain, HistorySettings.Section];
}
