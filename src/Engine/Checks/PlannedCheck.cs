using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks;

/// <summary>Makes a check when its schedule starts; it lives until the plan is gone, and is then disposed if it can be.</summary>
internal delegate IHealthCheck CheckFactory(IServiceProvider services);

/// <summary>What a kind makes of the settings of one check.</summary>
/// <param name="Create">Makes the check.</param>
/// <param name="TargetHost">The host that it connects to, of which there may be few runs at once; null where there is none.</param>
internal sealed record PlannedCheck(CheckFactory Create, string? TargetHost = null);
