namespace HealthAgent.State;

/// <summary>The next snapshot in the making, and what is to be told once it is there.</summary>
internal sealed class SnapshotChange(Snapshot before, Moment now)
{
    private readonly HashSet<int> _changed = [];
    private readonly List<Action<IStateListener>> _told = [];

    /// <summary>When it happens.</summary>
    public Moment Now => now;

    /// <summary>Who depends on whom.</summary>
    public DependencyGraph Graph => before.Index.Graph;

    /// <summary>The states.</summary>
    public CheckStates.Builder Checks { get; } = before.Checks.ToBuilder();

    /// <summary>The checks that should be run now.</summary>
    public List<int> Wanted { get; } = [];

    /// <summary>Sets a settled state, noting whether roll-ups depend on the difference.</summary>
    public void Set(int position, CheckState state)
    {
        var old = before.Checks[position];
        Checks[position] = state;
        if ((state.Status, state.HasVerdict, state.Maintenance) != (old.Status, old.HasVerdict, old.Maintenance))
        {
            _changed.Add(position);
        }
    }

    /// <summary>Notes what listeners will be told.</summary>
    public void Tell(Action<IStateListener> tell) => _told.Add(tell);

    /// <summary>The next snapshot.</summary>
    public Snapshot ToSnapshot() => before.With(Checks.ToImmutable(), _changed, now.At);

    /// <summary>Tells every listener, also when one of them fails.</summary>
    /// <exception cref="AggregateException">What listeners threw, once all were told.</exception>
    public void TellAll(IStateListener[] listeners)
    {
        List<Exception> failures = [];
        foreach (var tell in _told)
        {
            foreach (var listener in listeners)
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
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
