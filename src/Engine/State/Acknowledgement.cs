namespace HealthAgent.State;

/// <summary>
/// Somebody knows what is wrong with a check. It changes no status and ends by itself: when the check is healthy again, or when it expires.
/// </summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it expires; null for never.</param>
/// <param name="Reason">Why that is enough, or what is done about it.</param>
internal sealed record Acknowledgement(string By, DateTimeOffset At, DateTimeOffset? Until, string Reason)
{
    /// <summary>Whether it is over by time.</summary>
    public bool HasExpired(DateTimeOffset now) => Until <= now;
}
