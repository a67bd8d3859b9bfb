namespace HealthAgent.Vocabulary;

/// <summary>The layer a check looks at.</summary>
public enum Tier
{
    /// <summary>Is the watched process there and answering.</summary>
    Liveness,

    /// <summary>Can it reach what it needs.</summary>
    Dependency,

    /// <summary>Does the business function work end to end.</summary>
    Functional,
}

/// <summary>What an unhealthy check does to its roll-ups.</summary>
/// <remarks>Rule: Spring Boot's health groups, made explicit for each check.</remarks>
public enum Impact
{
    /// <summary>It fails the roll-up.</summary>
    Critical,

    /// <summary>It degrades the roll-up.</summary>
    Degrading,

    /// <summary>It is only shown.</summary>
    None,
}

/// <summary>The spellings of tiers and impacts.</summary>
public static class TierNames
{
    /// <summary>The tiers by their outward names.</summary>
    public static IReadOnlyDictionary<string, Tier> Tiers { get; } =
        Enum.GetValues<Tier>().ToDictionary(Name, tier => tier, StringComparer.Ordinal);

    /// <summary>The impacts by their outward names.</summary>
    public static IReadOnlyDictionary<string, Impact> Impacts { get; } =
        Enum.GetValues<Impact>().ToDictionary(Name, impact => impact, StringComparer.Ordinal);

    /// <summary>The tier as configuration, metrics and routes spell it.</summary>
    public static string Name(this Tier tier) => tier switch
    {
        Tier.Liveness => "liveness",
        Tier.Dependency => "dependency",
        _ => "functional",
    };

    /// <summary>The impact as configuration and answers spell it.</summary>
    public static string Name(this Impact impact) => impact switch
    {
        Impact.Critical => "critical",
        Impact.Degrading => "degrading",
        _ => "none",
    };
}
