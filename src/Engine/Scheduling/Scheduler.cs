using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// The decisions of the scheduling loop: what is due, what may start, what the end of a run means for the next. Without
/// threads and timers: it is driven step by step, by the <see cref="Worker"/> or by a test.
/// </summary>
internal sealed partial class Scheduler(
    StateStore store, SchedulerPulse pulse, SchedulerMetrics metrics, AgentClock clock, Random random, IRuns runs, ILogger logger)
{
    private readonly Admission _admission = new();
    private readonly Agenda _agenda = new(random);
    private readonly Sleep _sleep = new(clock, logger);
    private readonly Upkeep _upkeep = new(store, pulse, clock);

    /// <summary>All checks, in the order of their plans.</summary>
    public IReadOnlyList<ScheduledCheck> Checks => _agenda.Checks;

    /// <summary>How many runs are under way.</summary>
    public int Running => _admission.Running;

    /// <summary>How long nothing needs to be done, unless a run ends or another configuration comes.</summary>
    public TimeSpan UntilNext => _sleep.Until(_agenda.NextDue);

    /// <summary>How long checks take to clean up, the longest first; zero, for those that do not, last. By any thread.</summary>
    public IEnumerable<TimeSpan> CleanupTimes =>
        store.Current.Plan.Checks.Select(static check => check.CleanupTime).Append(TimeSpan.Zero).Distinct().OrderDescending();

    /// <summary>Begins the schedule: nothing has run yet.</summary>
    public void Begin()
    {
        _admission.Limit(store.Current.Plan);
        _agenda.Replace(store.Current.Plan.Checks, clock.Uptime);
        AwaitHeartbeats();
        _upkeep.Begin();
        _sleep.Begin();
    }

    /// <summary>One iteration: folds in the runs that ended, lets time move on, and starts what is due.</summary>
    /// <param name="ended">The runs that ended since the last iteration.</param>
    /// <param name="starting">Whether anything may start; not while the agent stops.</param>
    public void Iterate(IReadOnlyList<RunReport> ended, bool starting)
    {
        pulse.Beat();
        _sleep.PassOver();
        FoldIn(ended);
        _admission.Suspect(clock.Uptime);
        if (_upkeep.Refresh(Checks, Running) is { } consequences)
        {
            Follow(consequences);
        }

        if (starting)
        {
            StartDue();
        }
    }

    /// <summary>Takes another configuration: checks whose plan is the very same go on. With any exception nothing changed.</summary>
    public void Replace(PlanIndex index)
    {
        var consequences = store.Replace(index);
        _admission.Limit(index.Plan);
        foreach (var gone in _agenda.Replace(index.Plan.Checks, clock.Uptime))
        {
            RunRequests.Replace(gone);
            if (gone.IsRunning)
            {
                gone.Cancel();
            }
            else
            {
                runs.Dispose(gone);
            }
        }

        AwaitHeartbeats();
        Follow(consequences);
    }

    private void FoldIn(IReadOnlyList<RunReport> ended)
    {
        if (ended.Count == 0)
        {
            return;
        }

        Consequences consequences;
        try
        {
            var reported = ended.Where(static report => report.Scheduled is { IsRetired: false, OneOff: null });
            consequences = store.Record([.. reported.Select(static report => report.Completed)]);
        }
        finally
        {
            foreach (var report in ended)
            {
                End(report);
            }
        }

        Follow(consequences);
    }

    private void End(RunReport report)
    {
        var (scheduled, (record, _, span, abandoned)) = report;
        span?.Dispose();
        scheduled.IsRunning = false;
        // The duration alone does not tell: timers run out up to some milliseconds early.
        _admission.Leave(scheduled, abandoned is null && record.ErrorType is not ErrorType.Timeout ? record.Duration : null, clock.Uptime);
        if (scheduled.IsRetired || scheduled.OneOff is not null)
        {
            Retire(report);
            return;
        }

        if (abandoned is not null && abandoned != scheduled.Abandoned)
        {
            // What it holds is disposed under it, so that a socket on which it hangs is closed.
            runs.Dispose(scheduled);
        }

        scheduled.Abandoned = abandoned;
        var state = store.Current.Checks[scheduled.Position];
        RunRequests.Complete(scheduled, record, state);
        _agenda.PlanNext(scheduled, state.IsContradicted, clock.Uptime);
        if (scheduled.Requested is not null)
        {
            // Somebody asked after the run began that just ended.
            _agenda.BringForward(scheduled, clock.Uptime);
        }
    }

    private void StartDue()
    {
        // Those in line were due before the others.
        while (_admission.CanCall)
        {
            foreach (var called in _admission.Call().Where(static called => !called.IsRetired))
            {
                Start(called);
            }
        }

        while (_agenda.TakeDue(clock.Uptime) is { } due)
        {
            if (due.Plan.Heartbeat is null)
            {
                Start(due);
            }
            else
            {
                Expect(due);
            }
        }
    }

    private void Start(ScheduledCheck scheduled)
    {
        if (scheduled.OneOff is null && store.Current.Checks[scheduled.Position] is { SuppressedBy: not null } state)
        {
            RunRequests.Suppress(scheduled, state);
            _agenda.PlanNext(scheduled, soon: false, clock.Uptime);
            return;
        }

        if (!_admission.TryEnter(scheduled, clock.Uptime))
        {
            return;
        }

        scheduled.BeginRun();
        metrics.Started(scheduled.Hangs ? null : clock.Uptime - scheduled.Due);
        runs.Start(scheduled);
    }

    private void Follow(Consequences consequences)
    {
        var now = clock.Uptime;
        foreach (var position in consequences.Wanted)
        {
            _agenda.BringForward(_agenda.Checks[position], now);
        }

        if (consequences.ListenerFailure is { } failure)
        {
            LogListenerFailed(failure);
        }
    }

    [LoggerMessage(4, LogLevel.Error, "Reporting a change of state failed; the state itself is up to date")]
    private partial void LogListenerFailed(Exception exception);
}
