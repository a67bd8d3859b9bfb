namespace HealthAgent.Scheduling;

/// <summary>When a check is due, on a clock that starts at zero with the schedule. Pure.</summary>
internal static class Schedule
{
    // A thousand starts a second: ten thousand checks begin within ten seconds, and three at once.
    private static readonly TimeSpan FirstRunSpacing = TimeSpan.FromMilliseconds(1);

    /// <summary>The first run: at once, but one after the other, so that a start is no stampede.</summary>
    public static TimeSpan First(int position, TimeSpan interval)
    {
        var due = FirstRunSpacing * position;
        return due < interval ? due : TimeSpan.FromTicks(due.Ticks % interval.Ticks);
    }

    /// <summary>
    /// The first regular start after <paramref name="now"/>: the phase plus whole intervals. It is counted from the phase
    /// and not from the last run, so nothing drifts, and what was missed is not made up for.
    /// </summary>
    public static TimeSpan Next(TimeSpan phase, TimeSpan interval, TimeSpan now)
    {
        var passed = (now - phase).Ticks;
        return passed < 0 ? phase : phase + (interval * ((passed / interval.Ticks) + 1));
    }
}
