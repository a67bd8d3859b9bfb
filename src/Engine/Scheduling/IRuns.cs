namespace HealthAgent.Scheduling;

/// <summary>Carries out what the <see cref="Scheduler"/> decides. Neither call may block or throw.</summary>
internal interface IRuns
{
    /// <summary>Starts a run, whose end is given to <see cref="Scheduler.Iterate"/>.</summary>
    void Start(ScheduledCheck check);

    /// <summary>Disposes what a check holds.</summary>
    void Dispose(ScheduledCheck check);
}
