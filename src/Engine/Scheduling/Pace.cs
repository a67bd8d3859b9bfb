namespace HealthAgent.Scheduling;

/// <summary>How often something may be done: a few times at once, and then once per period. Of one thread at a time.</summary>
/// <param name="burst">How often at once.</param>
/// <param name="period">After how long once more.</param>
/// <remarks>The generic cell rate algorithm of ATM, "leaky bucket as a meter".</remarks>
internal sealed class Pace(int burst, TimeSpan period)
{
    /// <summary>When nothing that was done counts any more.</summary>
    public TimeSpan ForgottenAt { get; private set; }

    /// <summary>How long it must not be done yet; zero when it may be done now.</summary>
    public TimeSpan Wait(TimeSpan now) =>
        ForgottenAt - (period * (burst - 1)) - now is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    /// <summary>It is done, whether it may be or not.</summary>
    public void Take(TimeSpan now) => ForgottenAt = Units.Longer(ForgottenAt, now) + period;

    /// <summary>It is done if it may be.</summary>
    /// <returns>How long it must not be done yet; zero when it is done.</returns>
    public TimeSpan TryTake(TimeSpan now)
    {
        var wait = Wait(now);
        if (wait == TimeSpan.Zero)
        {
            Take(now);
        }

        return wait;
    }

    /// <summary>How often it was done lately.</summary>
    public int Lately(TimeSpan now) => (int)Math.Ceiling((ForgottenAt - now) / period);
}
