namespace HealthAgent.Scheduling;

/// <summary>
/// Which checks probably answer: those whose last run did, or that did not run yet while their host answered another one; and only
/// where no check of the host stopped answering since.
/// </summary>
internal sealed class Trust
{
    private TimeSpan _since;

    /// <summary>What was answered before now proves nothing any more.</summary>
    public void Reset(TimeSpan now) => _since = now;

    /// <summary>Whether a check probably answers.</summary>
    public bool Has(ScheduledCheck check) =>
        check.Unanswered == 0 && check.Host is null or { Unanswered: 0 }
        && LastAnswer(check) is var at && at > TimeSpan.Zero && at >= _since;

    /// <summary>
    /// How many runs in a row had no answer: of the check, so that each has its turn, and then of its host, with those under way.
    /// </summary>
    public (int OfCheck, int OfHost) Doubt(ScheduledCheck check) =>
        Has(check) ? default : (check.Unanswered, 1 + (check.Host is { } host ? host.Unanswered + host.Running : 0));

    /// <summary>When the check or its host last answered; zero when neither did.</summary>
    public static TimeSpan LastAnswer(ScheduledCheck check)
    {
        var (own, host) = (check.AnsweredAt ?? TimeSpan.Zero, check.Host?.AnsweredAt ?? TimeSpan.Zero);
        return own > host ? own : host;
    }

    /// <summary>Notes how a run ended.</summary>
    /// <param name="check">The check.</param>
    /// <param name="answeredAfter">How long the run took; null when it ran into its timeout.</param>
    /// <param name="now">The time.</param>
    public static void Note(ScheduledCheck check, TimeSpan? answeredAfter, TimeSpan now)
    {
        if (answeredAfter is { } duration)
        {
            (check.Unanswered, check.AnsweredAt, check.LastDuration) = (0, now, duration);
            if (check.Host is { } host)
            {
                (host.Unanswered, host.AnsweredAt) = (0, now);
            }
        }
        else if (check.Unanswered++ == 0 && check.Host is { } host)
        {
            // One that hangs each time says nothing new about its host.
            host.Unanswered++;
        }
    }
}
