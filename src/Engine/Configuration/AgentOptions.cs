using System.Collections.ObjectModel;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>What the operator wrote in <c>agent.yaml</c>: defaults unresolved, null where nothing was written.</summary>
internal sealed record AgentOptions
{
    /// <summary>The addresses to listen on; empty when none is written.</summary>
    public IReadOnlyList<Listener> Listen { get; init; } = [];

    /// <summary>The names in <c>Host</c> that are served.</summary>
    public IReadOnlyList<LocatedText> Hosts { get; init; } = [];

    /// <summary>Resource attributes.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How many checks may run at once.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many of them may run at once against one host.</summary>
    public int? ConcurrencyPerHost { get; init; }

    /// <summary>How much memory the bodies and answers of all runs may take at once, in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>How long readiness fails before the agent stops.</summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>The directory for what outlives a restart.</summary>
    public string? HistoryPath { get; init; }

    /// <summary>Timing for checks that write none of their own.</summary>
    public TimingOptions Defaults { get; init; } = new();

    /// <summary>The checks.</summary>
    public IReadOnlyList<CheckOptions> Checks { get; init; } = [];

    /// <summary>Who may see and do what.</summary>
    public AccessRules Access { get; init; } = AccessRules.Unwritten;

    /// <summary>The maintenance windows.</summary>
    public IReadOnlyList<MaintenanceOptions> Maintenance { get; init; } = [];

    /// <summary>What callers may have probed; null for nothing.</summary>
    public ProbeOptions? Probe { get; init; }
}

/// <summary>When and how often a check runs, how many outcomes make a verdict, and how often it should be a good one.</summary>
internal sealed record TimingOptions
{
    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    public int? Retries { get; init; }

    public TimeSpan? RetryInterval { get; init; }

    public int? FailureThreshold { get; init; }

    public int? SuccessThreshold { get; init; }

    /// <summary>The share of the time that the check should be up, above 0 and below 1.</summary>
    public double? Objective { get; init; }
}

/// <summary>A maintenance window as written.</summary>
internal sealed record MaintenanceOptions
{
    public required string Name { get; init; }

    public required IReadOnlyList<LocatedText> Checks { get; init; }

    public required IReadOnlyList<LocatedText> Groups { get; init; }

    public string? Cron { get; init; }

    public string? Start { get; init; }

    public TimeSpan? Duration { get; init; }

    public string? TimeZone { get; init; }

    public required SettingsReader Settings { get; init; }
}

/// <summary>One check as written. What is its kind's own is still in <see cref="Settings"/>.</summary>
internal sealed record CheckOptions
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>Whether it is run at all; one that is not is still validated.</summary>
    public required bool IsEnabled { get; init; }

    public Tier? Tier { get; init; }

    public Impact? Impact { get; init; }

    public string? Group { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required TimingOptions Timing { get; init; }

    public required IReadOnlyList<LocatedText> DependsOn { get; init; }

    public required IReadOnlyList<LocatedText> Expect { get; init; }

    public required IReadOnlyList<LocatedText> Warn { get; init; }

    public required SettingsReader Settings { get; init; }
}
