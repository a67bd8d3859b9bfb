using HealthAgent.Checks;
using HealthAgent.Security;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Planning;

/// <summary>A check resolved: every default in place, everything parsed, nothing optional left. Immutable.</summary>
internal sealed record CheckPlan
{
    /// <summary>The unique name.</summary>
    public string Name => Registration.Name;

    /// <summary>The kind.</summary>
    public required CheckKind Kind { get; init; }

    /// <summary>The layer it looks at.</summary>
    public required Tier Tier { get; init; }

    /// <summary>What it does to roll-ups when unhealthy.</summary>
    public required Impact Impact { get; init; }

    /// <summary>The group it rolls up into, if any.</summary>
    public required string? Group { get; init; }

    /// <summary>The names of the checks without which this one has no meaning: while one is unhealthy, this is not run.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The host that it talks to, of which there may be few runs at once; null when it talks to none.</summary>
    public string? Host { get; init; }

    /// <summary>How long a run goes on at the most after it was cancelled, to clean up; zero for one that leaves nothing behind.</summary>
    public TimeSpan CleanupTime { get; init; }

    /// <summary>The steps of a scenario, each of which has series of its own; empty for all other kinds.</summary>
    public IReadOnlyList<StepOutline> Steps { get; init; } = [];

    /// <summary>Of all that was written for it, defaults and secrets included: plans with the same do the same.</summary>
    public Fingerprint Fingerprint { get; init; }

    /// <summary>
    /// The same without credentials (secret settings, usernames, user and password in URLs and connection strings): plans with the same
    /// ask the same thing of the same server, perhaps as somebody else.
    /// </summary>
    public Fingerprint FingerprintWithoutCredentials { get; init; }

    /// <summary>Whether nobody here runs it: its outcomes come in by name, one per interval at the least.</summary>
    public bool IsPassive { get; init; }

    /// <summary>What is expected of a job that sends heartbeats; null for all other checks.</summary>
    public HeartbeatRules? Heartbeat { get; init; }

    /// <summary>The time between starts.</summary>
    public TimeSpan Interval => Registration.Period!.Value;

    /// <summary>The deadline of one run, tries and all.</summary>
    public TimeSpan Timeout => Registration.Timeout;

    /// <summary>Further tries within one run.</summary>
    public required int Retries { get; init; }

    /// <summary>The time between starts while outcomes contradict the status.</summary>
    public required TimeSpan RetryInterval { get; init; }

    /// <summary>Fails (or warns) in a row that make a verdict.</summary>
    public required int FailureThreshold { get; init; }

    /// <summary>Passes in a row that make a verdict.</summary>
    public required int SuccessThreshold { get; init; }

    /// <summary>The conditions on what is observed.</summary>
    public required Conditions Conditions { get; init; }

    /// <summary>Takes the check's secrets out of texts.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>The check in the framework's form: name, factory, tags, timeout, period.</summary>
    public required HealthCheckRegistration Registration { get; init; }

    /// <summary>
    /// The check as it was registered in code, where it may have another name: that is how the code that registered it, and
    /// its publishers, know it. Null for a check of the configuration.
    /// </summary>
    public HealthCheckRegistration? Registered { get; init; }

    /// <summary>The share of the time that it should be up, above 0 and below 1; null where none is written.</summary>
    public double? Objective { get; init; }

    /// <summary>
    /// The attributes of every metric, span and event of the check, made once and sorted by name: OpenTelemetry keeps
    /// a second copy of each set that is not.
    /// </summary>
    public required KeyValuePair<string, object?>[] Attributes { get; init; }
}
