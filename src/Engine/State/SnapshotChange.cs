using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>What follows from a change of the state, for the schedule.</summary>
/// <param name="Wanted">The checks that should be run now: what they waited for recovered, or they may be why another one misses.</param>
/// <param name="ListenerFailure">What listeners threw; null when none did. The state has changed all the same.</param>
internal readonly record struct Consequences(IReadOnlyList<int> Wanted, AggregateException? ListenerFailure);

/// <summary>The next snapshot in the making, and what listeners are notified of once it is there.</summary>
internal sealed class SnapshotChange(Snapshot before, MaintenanceCalendar calendar, Moment now)
{
    private readonly HashSet<int> _changed = [];
    private readonly List<Action<IStateListener>> _notices = [];

    /// <summary>When it happens.</summary>
    public Moment Now => now;

    /// <summary>Which maintenance windows are open.</summary>
    public MaintenanceCalendar Calendar => calendar;

    /// <summary>Who depends on whom.</summary>
    public DependencyGraph Graph => before.Index.Graph;

    /// <summary>The states.</summary>
    public CheckStates.Builder Checks { get; } = before.Checks.ToBuilder();

    /// <summary>The windows that operators made.</summary>
    public ImmutableArray<OperatorWindow> Windows { get; init; } = before.Windows;

    /// <summary>Whether anything that operators said changes.</summary>
    public bool IsOfOperators { get => field || Windows != before.Windows; set; }

    /// <summary>The checks that should be run now.</summary>
    public List<int> Wanted { get; } = [];

    /// <summary>Sets a settled state, noting whether roll-ups depend on the difference.</summary>
    public void Set(int position, CheckState state)
    {
        var old = before.Checks[position];
        Checks[position] = state;
        IsOfOperators |= state.Acknowledged != old.Acknowledged;
        if ((state.Status, state.HasVerdict, state.Maintenance) != (old.Status, old.HasVerdict, old.Maintenance))
        {
            _changed.Add(position);
        }
    }

    /// <summary>Notes what listeners are notified of afterwards.</summary>
    public void Notify(Action<IStateListener> notice) => _notices.Add(notice);

    /// <summary>The next snapshot.</summary>
    public Snapshot ToSnapshot() => before.With(Checks.ToImmutable(), _changed, now.At, Windows);

    /// <summary>Calls every listener, also when one of them fails; returns what they threw, if anything.</summary>
    public AggregateException? NotifyAll(IStateListener[] listeners)
    {
        List<Exception>? failures = null;
        foreach (var notice in _notices)
        {
            foreach (var listener in listeners)
            {
                try
                {
                    notice(listener);
                }
#pragma warning disable CA1031 // One listener's failure must not keep the others from being called; it is returned at the end.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    (failures ??= []).Add(e);
                }
            }
        }

        return failures is null ? null : new AggregateException(failures);
    }
}
