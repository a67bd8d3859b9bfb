namespace HealthAgent.Scheduling;

/// <summary>How often something may be done: a few times at once, and then once per period. Of one thread at a time.</summary>
/// <param name="burst">How often at once.</param>
/// <param name="period">After how long once more.</param>
/// <remarks>The generic cell rate algorithm of ATM, "leaky bucket as a meter".</remarks>
internal sealed class Pace(int burst, TimeSpan period)
{
    private TimeSpan _full;

    /// <summary>How long it must not be done yet; zero when it may be done now.</summary>
    public TimeSpan Wait(TimeSpan now) => _full - (period * (burst - 1)) - now is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    /// <summary>It is done.</summary>
    public void Take(TimeSpan now) => _full = (_full > now ? _full : now) + period;
}
