namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>A run of a DAG, as far as its schedule is concerned.</summary>
/// <param name="Dag">The name of the DAG.</param>
/// <param name="Id">The run's id.</param>
/// <param name="IsLive">Whether it is queued, running or waiting.</param>
/// <param name="Created">When it was queued, or started if it never was.</param>
/// <param name="Finished">When it finished; null while it has not.</param>
/// <param name="Slot">The slot of the schedule that it is for; null in versions before 2, and for runs that have none.</param>
/// <param name="Trigger">Who started it, such as <c>scheduler</c>; null if unknown.</param>
internal sealed record DagRun(
    string Dag, string Id, bool IsLive, DateTimeOffset Created, DateTimeOffset? Finished, DateTimeOffset? Slot = null, string? Trigger = null)
{
    /// <summary>The trigger of runs that a schedule started on time.</summary>
    public const string Scheduler = "scheduler";

    // Trigger of runs that a schedule started late, after the scheduler was down.
    private const string CatchUp = "catchup";

    /// <summary>A run of the API's; null if it never started, as for DAGs without runs.</summary>
    public static DagRun? Of(DaguRunSummary? summary) =>
        summary is { DagRunId: { Length: > 0 } id, Name: { } dag, Status: { } status }
            && (DaguTime.Parse(summary.QueuedAt) ?? DaguTime.Parse(summary.StartedAt)) is { } created
            ? new DagRun(
                dag, id, IsLiveStatus(status), created, DaguTime.Parse(summary.FinishedAt), DaguTime.Parse(summary.ScheduleTime),
                summary.TriggerType)
            : null;

    /// <summary>Whether a run of this status is queued, running or waiting.</summary>
    public static bool IsLiveStatus(int status) => status is not (DaguStatus.Failed or DaguStatus.Aborted or DaguStatus.Succeeded
        or DaguStatus.PartiallySucceeded or DaguStatus.Rejected);

    /// <summary>Whether the agent itself started it.</summary>
    public bool IsCanary => Canaries.CanaryId.IsOne(Id);

    /// <summary>Whether it is the run of a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="next">The slot after it.</param>
    public bool IsOf(DateTimeOffset slot, DateTimeOffset next) => Slot is { } written
        ? written == slot
        : Trigger is null or Scheduler or CatchUp && !IsCanary && Created >= slot && Created < next;

    /// <summary>Whether it was queued or running at a time; the scheduler passes over the slots of a DAG that is.</summary>
    public bool WasBusyAt(DateTimeOffset time) => Created < time && (IsLive || Finished >= time);
}
