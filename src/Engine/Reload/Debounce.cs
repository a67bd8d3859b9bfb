namespace HealthAgent.Reload;

/// <summary>
/// When changes are taken: once they pause for a quiet time, and while they go on without a pause, a longest wait after the first. Without
/// threads and timers: it is given the time.
/// </summary>
/// <param name="quiet">The pause that is waited for.</param>
/// <param name="longest">The longest that any change waits.</param>
internal sealed class Debounce(TimeSpan quiet, TimeSpan longest)
{
    private TimeSpan? _first;
    private TimeSpan _last;

    /// <summary>When the changes until now are to be taken; null when there is none.</summary>
    public TimeSpan? Due => _first is { } first ? Units.Shorter(_last + quiet, first + longest) : null;

    /// <summary>There is a change.</summary>
    public void Changed(TimeSpan now)
    {
        _first ??= now;
        _last = now;
    }

    /// <summary>Whether changes are to be taken now; they are taken with that.</summary>
    public bool TryTake(TimeSpan now)
    {
        if (Due is not { } due || due > now)
        {
            return false;
        }

        _first = null;
        return true;
    }
}
