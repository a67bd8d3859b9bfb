using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks;

/// <summary>
/// Makes a check when its schedule starts; it lives until its configuration changes or the agent stops, and is then disposed if it can be.
/// </summary>
/// <param name="services">The application's services, for what the check needs, such as <see cref="TimeProvider"/>.</param>
/// <returns>The check. Its runs never overlap. An exception of the factory is a failed run.</returns>
public delegate IHealthCheck CheckFactory(IServiceProvider services);

/// <summary>What a kind makes of the settings of one check.</summary>
/// <param name="create">Makes the check.</param>
/// <param name="targetHost">The host that it connects to, of which there may be few runs at once; null where there is none.</param>
public sealed class PlannedCheck(CheckFactory create, string? targetHost = null)
{
    /// <summary>Makes the check.</summary>
    public CheckFactory Create { get; } = create;

    /// <summary>The host that it connects to; null where there is none.</summary>
    public string? TargetHost { get; } = targetHost;

    /// <summary>The steps of a scenario; empty for all other kinds.</summary>
    internal IReadOnlyList<StepOutline> Steps { get; init; } = [];

    /// <summary>What is expected of heartbeats; null for what is run.</summary>
    internal HeartbeatRules? Heartbeat { get; init; }

    /// <summary>How long a run goes on at the most after it was cancelled, to clean up.</summary>
    internal TimeSpan CleanupTime { get; init; }
}

/// <summary>What is known of a step of a scenario beside what it does.</summary>
/// <param name="Name">Its name, unique in the scenario.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record StepOutline(string Name, CheckKind Kind);
