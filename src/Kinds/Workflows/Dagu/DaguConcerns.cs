using HealthAgent.Kinds.Workflows.Dagu.Canaries;
using HealthAgent.Kinds.Workflows.Dagu.Dependencies;
using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>All concerns, in the order in which they are observed and explained.</summary>
internal static class DaguConcerns
{
    /// <summary>What Dagu needs.</summary>
    private static readonly IReadOnlyList<DaguConcern> Dependencies =
    [
        SchedulerPart.Concern,
        QueuePart.Concern,
        CoordinatorPart.Concern,
        WorkerPart.Concern,
        RunPart.Concern,
        OrphanPart.Concern,
        DagPart.Concern,
        ServerPart.Concern,
    ];

    /// <summary>Whether workflows run.</summary>
    private static readonly IReadOnlyList<DaguConcern> Functions = [SchedulePart.Concern, CanaryPart.Concern];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<DaguConcern> All = [.. Dependencies, .. Functions];
}
