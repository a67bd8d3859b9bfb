namespace HealthAgent.Scheduling;

/// <summary>Runs that are on no schedule.</summary>
internal sealed partial class Scheduler
{
    // Those under way.
    private readonly HashSet<ScheduledCheck> _oneOffs = [];

    /// <summary>Starts a run as soon as there is a slot for it.</summary>
    public void Enter(OneOffRun run)
    {
        run.Check.Due = clock.Uptime;
        _oneOffs.Add(run.Check);
        Start(run.Check);
    }

    /// <summary>Nobody wants it any more: it is cancelled, or not started.</summary>
    public void Withdraw(OneOffRun run)
    {
        if (run.Check.IsRunning)
        {
            run.Check.Cancel();
        }
        else if (_oneOffs.Remove(run.Check))
        {
            _admission.Withdraw(run.Check);
            run.Complete(null);
        }
    }

    /// <summary>A run ended that is not reported, and no other follows it.</summary>
    private void Retire(RunReport report)
    {
        var (check, run) = (report.Scheduled, report.Run);
        runs.Dispose(check);
        if (check.OneOff is { } oneOff)
        {
            _oneOffs.Remove(check);
            _admission.Forget(check);
            oneOff.Complete(run.Record);
        }
    }
}
