namespace HealthAgent.Kinds.Databases;

/// <summary>Which servers are suitable for a session.</summary>
/// <remarks>Rule: PostgreSQL documentation, <c>target_session_attrs</c>; <c>prefer-primary</c> is Npgsql's.</remarks>
internal static class SessionAttributes
{
    private const string Any = "any";

    /// <summary>The wanted attribute, and the fallback if no server has it.</summary>
    public static IReadOnlyList<string> Choices(string? written) => written?.ToLowerInvariant() switch
    {
        null => [Any],
        "prefer-primary" => ["primary", Any],
        "prefer-standby" => ["standby", Any],
        var one => [one],
    };

    /// <summary>Whether any server is suitable.</summary>
    public static bool IsAny(string wanted) => wanted == Any;

    /// <summary>Why a server is not suitable; null if it is.</summary>
    public static string? Mismatch(string wanted, bool inRecovery, bool readOnly) => wanted switch
    {
        "primary" when inRecovery => "is a standby, not a primary",
        "standby" when !inRecovery => "is not a standby",
        "read-write" when inRecovery || readOnly => "is read-only",
        "read-only" when !(inRecovery || readOnly) => "is not read-only",
        _ => null,
    };
}
