using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>A run of a scheduled check, on its way from the run to the scheduler.</summary>
internal readonly record struct RunReport(ScheduledCheck Scheduled, FinishedRun Run)
{
    /// <summary>The run by the position that its check has now, which may be another than when it started.</summary>
    public CompletedRun Completed => new(Scheduled.Position, Run.Record, Run.Span, Run.Started);
}
