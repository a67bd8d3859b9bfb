namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>How long each of several things has been so, run after run; see <see cref="Lasting"/>.</summary>
/// <param name="clock">The clock.</param>
/// <param name="longestPause">The longest time between two looks that belong together.</param>
internal sealed class LastingOf<T>(TimeProvider clock, TimeSpan longestPause) where T : notnull
{
    private readonly Dictionary<T, Lasting> _all = [];

    /// <summary>Notes that it is so of one; returns for how long it has been.</summary>
    /// <param name="one">Which.</param>
    /// <param name="before">How long it must have been so already if nobody looked before.</param>
    public TimeSpan Note(T one, TimeSpan before = default)
    {
        if (!_all.TryGetValue(one, out var lasting))
        {
            _all[one] = lasting = new Lasting(clock, longestPause);
        }

        return lasting.Note(isSo: true, before);
    }

    /// <summary>Forgets all but these: of the others it is no longer so.</summary>
    public void KeepOnly(IReadOnlySet<T> these)
    {
        foreach (var gone in _all.Keys.Where(one => !these.Contains(one)).ToList())
        {
            _all.Remove(gone);
        }
    }
}
