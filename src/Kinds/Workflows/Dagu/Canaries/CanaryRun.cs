using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>A canary run, as Dagu lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Its status, one of <see cref="DaguStatus"/>.</param>
/// <param name="Label">Its status in Dagu's words.</param>
/// <param name="Created">When it was queued, or started if it never was.</param>
/// <param name="Started">When it started; null while it has not.</param>
/// <param name="Finished">When it finished; null while it has not.</param>
internal sealed record CanaryRun(
    string Id, int Status, string Label, DateTimeOffset Created, DateTimeOffset? Started, DateTimeOffset? Finished)
{
    /// <summary>Whether it is queued, running or waiting.</summary>
    public bool IsLive => DagRun.IsLiveStatus(Status);

    /// <summary>Whether it succeeded.</summary>
    public bool HasSucceeded => Status == DaguStatus.Succeeded;

    /// <summary>A run of the list; null if it is not the agent's.</summary>
    /// <param name="summary">The run.</param>
    /// <param name="now">The time, for a run that has none yet.</param>
    public static CanaryRun? Of(DaguRunSummary? summary, DateTimeOffset now)
    {
        if (summary is not { DagRunId: { } id, Status: { } status } || !CanaryId.IsOne(id))
        {
            return null;
        }

        var started = DaguTime.Parse(summary.StartedAt);
        return new CanaryRun(
            id, status, (summary.StatusLabel ?? "").Replace('_', ' '), DaguTime.Parse(summary.QueuedAt) ?? started ?? now, started,
            DaguTime.Parse(summary.FinishedAt));
    }
}
