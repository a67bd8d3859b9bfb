namespace HealthAgent.State;

/// <summary>What is believed of a check, or of a roll-up, after thresholds.</summary>
public enum CheckStatus
{
    /// <summary>There is no verdict.</summary>
    Unknown,

    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It works, but not as it should.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Unhealthy,
}

/// <summary>The spellings of statuses and results.</summary>
internal static class StatusNames
{
    /// <summary>All statuses.</summary>
    public static readonly CheckStatus[] All = Enum.GetValues<CheckStatus>();

    /// <summary>The status as metrics and answers spell it.</summary>
    public static string Name(this CheckStatus status) => status switch
    {
        CheckStatus.Healthy => "healthy",
        CheckStatus.Degraded => "degraded",
        CheckStatus.Unhealthy => "unhealthy",
        _ => "unknown",
    };

    /// <summary>The result as metrics and answers spell it.</summary>
    public static string Name(this Result result) => result switch
    {
        Result.Pass => "pass",
        Result.Warn => "warn",
        _ => "fail",
    };

    /// <summary>
    /// Whether one may rely on it: healthy or degraded. What is unknown may not be relied on: a probe asks
    /// "is it well", and nobody can say so.
    /// </summary>
    public static bool IsUp(this CheckStatus status) => status is CheckStatus.Healthy or CheckStatus.Degraded;
}
