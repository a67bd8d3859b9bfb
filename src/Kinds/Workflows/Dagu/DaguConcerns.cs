using HealthAgent.Kinds.Workflows.Dagu.Canaries;
using HealthAgent.Kinds.Workflows.Dagu.Dependencies;
using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>All concerns, in the order in which they are observed and explained.</summary>
internal static class DaguConcerns
{
    /// <summary>All of them: what Dagu needs, then whether workflows run.</summary>
    public static readonly IReadOnlyList<DaguConcern> All =
    [
        SchedulerPart.Concern,
        QueuePart.Concern,
        QueueEntryPart.Concern,
        CoordinatorPart.Concern,
        WorkerPart.Concern,
        RunPart.Concern,
        OrphanPart.Concern,
        DagPart.Concern,
        ServerPart.Concern,
        SchedulePart.Concern,
        CanaryPart.Concern,
    ];
}
