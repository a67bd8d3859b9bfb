using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>How long the scheduling loop sleeps, and what it does about a sleep that was far longer.</summary>
internal sealed partial class Sleep(AgentClock clock, ILogger logger)
{
    /// <summary>
    /// Also with nothing due the loop iterates, so that its silence means that it stalls, and the snapshot's time moves on.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // So much later than it wanted to, the loop wakes only when the machine slept, or the process was stopped.
    private static readonly TimeSpan OversleptBy = TimeSpan.FromSeconds(5);

    private TimeSpan _wokeAt;

    /// <summary>The schedule begins.</summary>
    public void Begin() => _wokeAt = clock.Uptime;

    /// <summary>
    /// How long to sleep until something is due, in whole milliseconds: timers count no fractions, and the loop would spin.
    /// </summary>
    public TimeSpan Until(TimeSpan? due)
    {
        var sleep = due is { } at ? at - clock.Uptime : Longest;
        return sleep > Longest ? Longest
            : sleep > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds))
            : TimeSpan.Zero;
    }

    /// <summary>
    /// After a sleep of the machine all checks would be due, and stale, at once: the schedule resumes where it was instead.
    /// </summary>
    public void PassOver()
    {
        var silence = clock.Uptime - _wokeAt - Longest;
        if (silence > OversleptBy)
        {
            clock.PassOver(silence);
            LogOverslept(silence);
        }

        _wokeAt = clock.Uptime;
    }

    [LoggerMessage(2, LogLevel.Warning, "Scheduler suspended for {Silence}, with its machine or its process; schedule resumed")]
    private partial void LogOverslept(TimeSpan silence);
}
