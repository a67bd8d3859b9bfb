namespace HealthAgent.Vocabulary;

/// <summary>The layer that a check covers.</summary>
public enum Tier
{
    /// <summary>Whether the watched process is there and responding.</summary>
    Liveness,

    /// <summary>Whether it can reach what it needs.</summary>
    Dependency,

    /// <summary>Whether the business function works end to end.</summary>
    Functional,
}

/// <summary>How an unhealthy check affects its roll-ups.</summary>
/// <remarks>Rule: Spring Boot's health groups, per check.</remarks>
public enum Impact
{
    /// <summary>Fails the roll-up.</summary>
    Critical,

    /// <summary>Degrades the roll-up.</summary>
    Degrading,

    /// <summary>Shown only.</summary>
    None,
}

/// <summary>The names of tiers and impacts.</summary>
public static class TierNames
{
    /// <summary>Tiers by name.</summary>
    public static IReadOnlyDictionary<string, Tier> Tiers { get; } =
        Enum.GetValues<Tier>().ToDictionary(Name, tier => tier, StringComparer.Ordinal);

    /// <summary>Impacts by name.</summary>
    public static IReadOnlyDictionary<string, Impact> Impacts { get; } =
        Enum.GetValues<Impact>().ToDictionary(Name, impact => impact, StringComparer.Ordinal);

    /// <summary>The name in configuration, metrics and routes.</summary>
    public static string Name(this Tier tier) => tier switch
    {
        Tier.Liveness => "liveness",
        Tier.Dependency => "dependency",
        _ => "functional",
    };

    /// <summary>The name in configuration and responses.</summary>
    public static string Name(this Impact impact) => impact switch
    {
        Impact.Critical => "critical",
        Impact.Degrading => "degrading",
        _ => "none",
    };
}
