using System.Collections.Immutable;
using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>
/// Holds the one current snapshot. One writer at a time folds runs in and swaps it whole; any number of readers take it
/// without a lock.
/// </summary>
internal sealed class StateStore(AgentPlan agent, TimeProvider clock, IEnumerable<IStateListener> listeners)
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(1);

    private readonly MaintenanceCalendar _calendar = new(agent, clock.GetUtcNow());
    private readonly DependencyGraph _graph = new(agent.Checks);
    private readonly Lock _writing = new();
    private readonly IStateListener[] _listeners = [.. listeners];
    private DateTimeOffset _refreshedAt = clock.GetUtcNow();
    private Snapshot _current = Snapshot.Initial(agent.Checks, clock.GetUtcNow());

    /// <summary>The current snapshot.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Folds runs in, settles what they mean for themselves and for others, swaps the snapshot once, then tells the listeners.</summary>
    /// <returns>The checks that should be run now: what they waited for recovered, or they may be why another one misses.</returns>
    public IReadOnlyList<int> Record(IReadOnlyList<CompletedRun> runs)
    {
        using var _ = _writing.EnterScope();
        var change = new Change(Current, clock.GetUtcNow());
        foreach (var run in runs)
        {
            var before = change.Checks[run.Position];
            var observed = change.Checks[run.Position] = Fold.Observe(before, run.Outcome, change.Now);
            if (observed.IsFlapping != before.IsFlapping)
            {
                change.Told.Add(listener => listener.OnFlapping(observed, run));
            }

            Settle(run.Position, run, change);
            change.Wanted.AddRange(_graph.Suspects(run.Position, change.Checks));
        }

        Finish(change);
        return change.Wanted;
    }

    /// <summary>Lets the time move on, once a second at most: what has not run for long becomes stale, maintenance begins and ends.</summary>
    public void Refresh()
    {
        using var _ = _writing.EnterScope();
        var now = clock.GetUtcNow();
        if (now - _refreshedAt < RefreshEvery)
        {
            return;
        }

        _refreshedAt = now;
        _calendar.TurnTo(now);
        var change = new Change(Current, now);
        for (var position = 0; position < change.Checks.Count; position++)
        {
            var state = change.Checks[position];
            if (state.Maintenance != _calendar.WindowOf(position) || (state is { Cause: null, IsStale: false } && Fold.IsStale(state, now)))
            {
                Settle(position, run: null, change);
            }
        }

        Finish(change);
    }

    /// <summary>Settles a check, and after it those that depend on it.</summary>
    private void Settle(int settled, CompletedRun? run, Change change)
    {
        foreach (var position in _graph.WithDescendants(settled))
        {
            var old = change.Checks[position];
            var around = _graph.Around(position, change.Checks) with { Maintenance = _calendar.WindowOf(position) };
            var (state, transition) = Fold.Settle(old, around, change.Now);
            change.Checks[position] = state;
            change.IsVisible |= (state.Status, state.HasVerdict, state.Cause, state.Maintenance)
                != (old.Status, change.Before.Checks[position].HasVerdict, old.Cause, old.Maintenance);
            if (old.Cause is not null && state.Cause is null)
            {
                change.Wanted.Add(position);
            }

            if (position == settled && run is { } completed)
            {
                change.Told.Add(listener => listener.OnRecorded(state, completed, transition));
            }
            else if (transition is not null)
            {
                change.Told.Add(listener => listener.OnTransition(transition));
            }
        }
    }

    private void Finish(Change change)
    {
        Volatile.Write(ref _current, change.Before.With(change.Checks.MoveToImmutable(), change.IsVisible, change.Now));
        var failures = change.Told.SelectMany(Tell).ToList();
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>Tells every listener, also when one of them fails; the failures are returned.</summary>
    private List<Exception> Tell(Action<IStateListener> tell)
    {
        List<Exception> failures = [];
        foreach (var listener in _listeners)
        {
            try
            {
                tell(listener);
            }
#pragma warning disable CA1031 // One listener's failure must not keep the others from being told; it is thrown at the end.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures.Add(e);
            }
        }

        return failures;
    }

    /// <summary>The next snapshot in the making, and what is to be told once it is there.</summary>
    private sealed class Change(Snapshot before, DateTimeOffset now)
    {
        public Snapshot Before => before;

        public DateTimeOffset Now => now;

        public ImmutableArray<CheckState>.Builder Checks { get; } = before.Checks.ToBuilder();

        public List<int> Wanted { get; } = [];

        public List<Action<IStateListener>> Told { get; } = [];

        /// <summary>Whether anything changed that roll-ups depend on.</summary>
        public bool IsVisible { get; set; }
    }
}
