namespace HealthAgent.Kinds.Databases;

/// <summary>What a server must be for a session with it to do.</summary>
/// <remarks>Rule: PostgreSQL documentation, <c>target_session_attrs</c>; <c>prefer-primary</c> is Npgsql's.</remarks>
internal static class SessionAttributes
{
    private const string Any = "any";

    /// <summary>What is asked for, and if no server is that, what else will do.</summary>
    public static IReadOnlyList<string> Choices(string? written) => written?.ToLowerInvariant() switch
    {
        null => [Any],
        "prefer-primary" => ["primary", Any],
        "prefer-standby" => ["standby", Any],
        var one => [one],
    };

    /// <summary>Whether any server will do, whatever it is.</summary>
    public static bool IsAny(string wanted) => wanted == Any;

    /// <summary>Why a server will not do; null if it will.</summary>
    public static string? Mismatch(string wanted, bool inRecovery, bool readOnly) => wanted switch
    {
        "primary" when inRecovery => "is a standby, and no primary",
        "standby" when !inRecovery => "is no standby",
        "read-write" when inRecovery || readOnly => "opens sessions that are read-only",
        "read-only" when !(inRecovery || readOnly) => "opens sessions that are not read-only",
        _ => null,
    };
}
