using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>Maps the errors of a pooler before the server, which have one code in common, to <see cref="ErrorType"/>.</summary>
/// <remarks>Rule: PgBouncer 1.24, whose own errors are all <c>08P01</c>.</remarks>
internal static class PoolerErrors
{
    private const string NoSession = "query_wait_timeout", StatementMode = "statement pooling mode", Console = "admin console";

    /// <summary>Classifies an error by its text.</summary>
    public static ErrorType Classify(string text) => text switch
    {
        _ when Says(text, "no such database") => ErrorType.NotFound,
        _ when Says(text, "authentication failed") || Says(text, "no such user") => ErrorType.Authentication,
        _ when Says(text, "no more connections allowed") => ErrorType.ResourceExhausted,
        _ when Says(text, NoSession) => ErrorType.Timeout,
        _ when Says(text, StatementMode) || Says(text, Console) => ErrorType.Protocol,
        _ => ErrorType.ConnectionFailed,
    };

    /// <summary>What would help, as an end of the reason; empty where the text says enough, or no pooler said it.</summary>
    public static string Remedy(PostgresException error) => error.MessageText switch
    {
        _ when error.SqlState != PostgresErrorCodes.ProtocolViolation => "",
        var text when Says(text, NoSession) =>
            "; the pooler had no session of the server to give: its pool is full, or it does not reach the server",
        var text when Says(text, StatementMode) => "; write { table: … } or { function: … }, which need no session of their own",
        var text when Says(text, Console) => "; write the name of a database in place of the pooler's own",
        _ => "",
    };

    private static bool Says(string text, string words) => text.Contains(words, StringComparison.Ordinal);
}
