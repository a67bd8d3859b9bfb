namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>
/// How long something has been so, run after run. After a pause in which nobody looked it is not known what was in between, and the time
/// starts over.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="longestPause">The longest time between two looks that belong together.</param>
internal sealed class Lasting(TimeProvider clock, TimeSpan longestPause)
{
    private long? _looked;
    private long? _since;
    private TimeSpan _before;

    /// <summary>Notes whether it is so; returns for how long it has been, zero if it is not.</summary>
    /// <param name="isSo">Whether it is.</param>
    /// <param name="before">How long it must have been so already if nobody looked before.</param>
    public TimeSpan Note(bool isSo, TimeSpan before = default)
    {
        var now = clock.GetTimestamp();
        var isFirst = _looked is not { } looked || clock.GetElapsedTime(looked, now) > longestPause;
        _looked = now;
        if (!isSo)
        {
            _since = null;
            return TimeSpan.Zero;
        }

        if (isFirst || _since is null)
        {
            (_since, _before) = (now, isFirst ? before : TimeSpan.Zero);
        }

        return _before + clock.GetElapsedTime(_since.Value, now);
    }
}
