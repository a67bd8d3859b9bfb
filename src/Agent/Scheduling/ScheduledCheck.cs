using HealthAgent.Checks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>A check on its schedule: the live part, touched by the scheduling loop only, but for the run itself.</summary>
internal sealed class ScheduledCheck(CheckPlan plan, int position, TimeSpan phase)
{
    private IHealthCheck? _check;

    /// <summary>The check.</summary>
    public CheckPlan Plan => plan;

    /// <summary>Its position among the plans and in the snapshot.</summary>
    public int Position => position;

    /// <summary>Where in the interval its regular starts lie.</summary>
    public TimeSpan Phase => phase;

    /// <summary>When it is due.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether a run is under way.</summary>
    public bool IsRunning { get; set; }

    /// <summary>A run that was abandoned at its deadline and may still hang: as long as it does, no other starts.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>Whether an abandoned run still hangs.</summary>
    public bool Hangs => Abandoned is { IsCompleted: false };

    /// <summary>The check itself, made at the first run so that one that cannot be made fails like any other.</summary>
    public IHealthCheck Check(IServiceProvider services) => _check ??= plan.Registration.Factory(services);

    /// <summary>Ends what the check holds.</summary>
    public void Dispose() => (_check as IDisposable)?.Dispose();
}
