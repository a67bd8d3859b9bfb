using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>
/// Holds the one current snapshot. One writer at a time folds runs in and swaps it whole; any number of readers take it
/// without a lock.
/// </summary>
/// <param name="agent">The configuration.</param>
/// <param name="clock">The time.</param>
/// <param name="listeners">Who is notified of each run.</param>
/// <param name="carried">What was known before the start, where anything was kept.</param>
internal sealed class StateStore(
    AgentPlan agent, AgentClock clock, IEnumerable<IStateListener> listeners, IEnumerable<CarriedState>? carried = null)
{
    private readonly IStateListener[] _listeners = [.. listeners];
    private readonly Lock _writing = new();
    private MaintenanceCalendar _calendar = new(agent, clock.Now.At);
    private bool _isSettled;

    /// <summary>The current snapshot.</summary>
    public Snapshot Current => Snapshots.Current;

    /// <summary>The current snapshot and those to come; the changes of status between them are in <see cref="TransitionFeed"/>.</summary>
    public SnapshotFeed Snapshots { get; } = new(Snapshot.Initial(agent, clock.Now, carried));

    /// <summary>
    /// Folds runs in, settles what they mean for themselves and for others, swaps the snapshot once, then notifies the listeners.
    /// </summary>
    public Consequences Record(IReadOnlyList<CompletedRun> runs)
    {
        if (runs.Count == 0)
        {
            // Runs that are not reported change nothing: answers that were rendered stay.
            return new Consequences([], null);
        }

        using var _ = _writing.EnterScope();
        var change = new SnapshotChange(Current, _calendar, clock.Now);
        foreach (var run in runs)
        {
            var before = change.Checks[run.Position];
            var started = run.Started ?? change.Now.ToSteady(run.Record.StartedAt);
            var observed = change.Checks[run.Position] = Fold.Observe(before, run.Record, started, change.Now);
            if (observed.IsFlapping != before.IsFlapping)
            {
                change.Notify(listener => listener.OnFlapping(observed, run));
            }

            SettleWithDescendants(run.Position, before, run, change);
            change.Wanted.AddRange(change.Graph.Suspects(run.Position, change.Checks));
        }

        return Finish(change);
    }

    /// <summary>Lets the time move on: what has not run for long becomes stale, maintenance begins and ends.</summary>
    /// <param name="waiting">
    /// The checks, by position, that are due and wait for a slot: the agent is late, and not the check, so they do not become stale.
    /// </param>
    public Consequences Refresh(params IReadOnlyList<int> waiting)
    {
        using var _ = _writing.EnterScope();
        var now = clock.Now;
        _calendar.TurnTo(now.At);
        var change = new SnapshotChange(Current, _calendar, now);
        foreach (var position in waiting)
        {
            change.Checks[position] = change.Checks[position] with { AwaitedSince = now.Steady };
        }

        for (var position = 0; position < change.Checks.Count; position++)
        {
            var state = change.Checks[position];
            if ((!_isSettled && !state.IsStale)
                || state.Maintenance != _calendar.WindowOf(position)
                || (state is { SuppressedBy: null, IsStale: false } && Fold.IsStale(state, now)))
            {
                SettleWithDescendants(position, state, run: null, change);
            }
        }

        // The first time all are: what was held back before a restart may be reported now.
        _isSettled = true;
        return Finish(change);
    }

    /// <summary>
    /// Takes another configuration, whole. Checks whose plan is the very same keep all that is known of them, those with other
    /// credentials keep their status until their next verdict, those of another plan start over, and those that are gone are
    /// forgotten. With any exception nothing has changed.
    /// </summary>
    public Consequences Replace(PlanIndex index)
    {
        using var _ = _writing.EnterScope();
        var now = clock.Now;
        var calendar = new MaintenanceCalendar(index.Plan, now.At);
        CheckStates states = [.. index.Plan.Checks.Select(check => Carry(check, now))];
        var change = new SnapshotChange(Current.Under(index, states, now.At), calendar, now);
        foreach (var position in change.Graph.ParentsFirst)
        {
            Settle(position, run: null, change);
        }

        _calendar = calendar;
        return Finish(change);
    }

    private CheckState Carry(CheckPlan plan, Moment now) => Current.Find(plan.Name) switch
    {
        null => CheckState.Initial(plan, now),
        { } state when ReferenceEquals(state.Plan, plan) => state,
        { } state when state.Plan.FingerprintWithoutCredentials == plan.FingerprintWithoutCredentials => state.WithCredentialsOf(plan, now),
        { } state => state.Reset(plan, now),
    };

    /// <summary>Settles a check that was as given before, and after it those below it for whom that makes a difference.</summary>
    private static void SettleWithDescendants(int settled, CheckState before, CompletedRun? run, SnapshotChange change)
    {
        Settle(settled, run, change);
        var moved = DependencyGraph.IsSeenDifferently(before, change.Checks[settled]);
        foreach (var position in change.Graph.Descendants(settled))
        {
            var old = change.Checks[position];
            if (moved || old.Status != old.LastReportedStatus)
            {
                Settle(position, run: null, change);
                moved |= DependencyGraph.IsSeenDifferently(old, change.Checks[position]);
            }
        }
    }

    private static void Settle(int position, CompletedRun? run, SnapshotChange change)
    {
        var old = change.Checks[position];
        var around = change.Graph.Around(position, change.Checks) with { Maintenance = change.Calendar.WindowOf(position) };
        var (state, transition) = Fold.Settle(old, around, change.Now);
        change.Set(position, state);
        if (old.SuppressedBy is not null && state.SuppressedBy is null)
        {
            change.Wanted.Add(position);
        }

        if (run is { } completed)
        {
            change.Notify(listener => listener.OnRecorded(state, completed, transition));
        }
        else if (transition is not null)
        {
            change.Notify(listener => listener.OnTransition(transition));
        }
    }

    private Consequences Finish(SnapshotChange change)
    {
        var next = change.ToSnapshot();
        Snapshots.Publish(next);
        return new Consequences(change.Wanted, change.NotifyAll(_listeners));
    }
}
