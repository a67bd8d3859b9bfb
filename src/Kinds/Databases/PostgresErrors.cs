using System.Globalization;
using HealthAgent.Kinds.Network;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>Maps PostgreSQL errors to <see cref="ErrorType"/>.</summary>
/// <remarks>Rule: PostgreSQL documentation, appendix A, error codes.</remarks>
internal static class PostgresErrors
{
    /// <summary>Classifies the driver's exceptions.</summary>
    public static ErrorType? Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } server
            when server.MessageText.Contains("client certificate", StringComparison.Ordinal) => ErrorType.Tls,
        PostgresException server => OfServer(server),

        // An exception with a cause is classified by it; without one, only the driver's message is left.
        NpgsqlException { InnerException: null } driver => driver.Message switch
        {
            var text when text.StartsWith("No password", StringComparison.Ordinal) => ErrorType.Authentication,
            var text when text.StartsWith("SSL connection requested", StringComparison.Ordinal) => ErrorType.Tls,
            _ => ErrorType.Protocol,
        },
        _ => null,
    };

    /// <summary>
    /// What the server said, without the driver's note that it withholds the detail, which may hold rows; and what would help.
    /// </summary>
    /// <param name="error">What it said.</param>
    /// <param name="isOpen">Whether the session was open by then.</param>
    public static string Describe(PostgresException error, bool isOpen)
    {
        var said = $"{error.SqlState}: {error.MessageText}";
        return error switch
        {
            { SqlState: PostgresErrorCodes.InsufficientPrivilege } when !isOpen => $"{said}; the user needs connect on the database",
            { Position: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{said} (at character {error.Position})"),
            _ => said + PoolerErrors.Remedy(error),
        };
    }

    /// <summary>Classifies what the server said of a round trip, and says what would help.</summary>
    /// <param name="error">What it said.</param>
    /// <param name="roundTrip">What was tried.</param>
    /// <param name="server">Who said it.</param>
    /// <param name="isStandby">Whether it is a standby.</param>
    public static (ErrorType Type, string Reason) OfRoundTrip(
        PostgresException error, PostgresRoundTrip roundTrip, NetworkAddress server, bool isStandby)
    {
        var said = $"{error.SqlState}: {error.MessageText}";
        return error.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction when isStandby =>
                (ErrorType.ConnectionFailed, $"{server} is a standby, which takes no writes"),
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                (ErrorType.ConnectionFailed, $"{server} takes no writes: default_transaction_read_only is on"),
            PostgresErrorCodes.InsufficientPrivilege when error.MessageText.Contains("row-level security", StringComparison.Ordinal) =>
                (ErrorType.Authorization, $"{said}; the user needs a policy for insert, select and delete"),
            PostgresErrorCodes.InsufficientPrivilege => (ErrorType.Authorization, $"{said}; the user needs {roundTrip.Rights}"),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction
                or PostgresErrorCodes.InvalidSchemaName => (ErrorType.NotFound, $"{said}; it takes {roundTrip.Form}"),
            PostgresErrorCodes.RaiseException => (ErrorType.Expectation, said),
            PostgresErrorCodes.DatatypeMismatch => (ErrorType.Expectation, $"{said}; it takes {roundTrip.Form}"),
            // A value that does not fit into a column, and a constraint.
            ['2', '2' or '3', ..] => (ErrorType.Expectation, $"{said}; it takes {roundTrip.Form}"),
            _ => (OfServer(error), said + PoolerErrors.Remedy(error)),
        };
    }

    private static ErrorType OfServer(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.ProtocolViolation => PoolerErrors.Classify(error.MessageText),
        PostgresErrorCodes.ObjectNotInPrerequisiteState
            when error.MessageText.Contains("not currently accepting connections", StringComparison.Ordinal) => ErrorType.ConnectionFailed,
        "28000" or "28P01" => ErrorType.Authentication,
        "42501" or "25006" => ErrorType.Authorization,
        "3D000" or "3F000" or "42P01" => ErrorType.NotFound,
        "57014" or "55P03" or "25P03" or "25P04" => ErrorType.Timeout,
        "57P03" => ErrorType.ConnectionFailed,
        "57P01" or "57P02" or "57P05" => ErrorType.ConnectionReset,
        _ => error.SqlState[..2] switch
        {
            "08" => ErrorType.ConnectionFailed,
            "53" or "54" or "58" => ErrorType.ResourceExhausted,
            _ => ErrorType.Protocol,
        },
    };
}
