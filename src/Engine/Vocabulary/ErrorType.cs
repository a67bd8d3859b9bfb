namespace HealthAgent.Vocabulary;

/// <summary>
/// Why a run failed, in a closed list: the <c>error.type</c> of metrics, spans and events.
/// The list is bounded so that it may be a metric attribute; texts of drivers never are.
/// </summary>
/// <remarks>Rule: OpenTelemetry semantic conventions, <c>error.type</c> (predictable, low cardinality).</remarks>
public enum ErrorType
{
    /// <summary>The deadline passed before the run ended.</summary>
    Timeout,

    /// <summary>The host's name did not resolve.</summary>
    Dns,

    /// <summary>Nothing listens at the address.</summary>
    ConnectionRefused,

    /// <summary>The peer closed the connection in the middle.</summary>
    ConnectionReset,

    /// <summary>The connection failed in some other way, such as an unreachable network.</summary>
    ConnectionFailed,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The peer's certificate is not trusted, or is for another name.</summary>
    CertificateInvalid,

    /// <summary>The peer's certificate is past its end.</summary>
    CertificateExpired,

    /// <summary>The credentials were refused.</summary>
    Authentication,

    /// <summary>The credentials were accepted, the action was not allowed.</summary>
    Authorization,

    /// <summary>The peer speaks something else than was expected.</summary>
    Protocol,

    /// <summary>A status code outside those expected.</summary>
    UnexpectedStatus,

    /// <summary>An <c>expect</c> condition did not hold.</summary>
    Expectation,

    /// <summary>The thing asked for does not exist: a database, a queue, a path.</summary>
    NotFound,

    /// <summary>The peer is out of a resource: connections, memory, disk; or its answer is longer than a limit.</summary>
    ResourceExhausted,

    /// <summary>No heartbeat came in time.</summary>
    MissedHeartbeat,

    /// <summary>A command could not be run, or reported failure.</summary>
    Exec,

    /// <summary>A fault in the check itself.</summary>
    Internal,
}

/// <summary>The outward spelling of <see cref="ErrorType"/>.</summary>
public static class ErrorTypes
{
    /// <summary>The name as metrics, spans and JSON carry it, such as <c>connection_refused</c>.</summary>
    public static string Name(this ErrorType type) => type switch
    {
        ErrorType.Timeout => "timeout",
        ErrorType.Dns => "dns",
        ErrorType.ConnectionRefused => "connection_refused",
        ErrorType.ConnectionReset => "connection_reset",
        ErrorType.ConnectionFailed => "connection_failed",
        ErrorType.Tls => "tls",
        ErrorType.CertificateInvalid => "certificate_invalid",
        ErrorType.CertificateExpired => "certificate_expired",
        ErrorType.Authentication => "authentication",
        ErrorType.Authorization => "authorization",
        ErrorType.Protocol => "protocol",
        ErrorType.UnexpectedStatus => "unexpected_status",
        ErrorType.Expectation => "expectation",
        ErrorType.NotFound => "not_found",
        ErrorType.ResourceExhausted => "resource_exhausted",
        ErrorType.MissedHeartbeat => "missed_heartbeat",
        ErrorType.Exec => "exec",
        _ => "internal",
    };

    /// <summary>The type of a name.</summary>
    /// <exception cref="FormatException">There is none of the name.</exception>
    internal static ErrorType Parse(string name) =>
        Array.FindIndex(Enum.GetValues<ErrorType>(), type => type.Name() == name) is var index and >= 0
            ? Enum.GetValues<ErrorType>()[index]
            : throw new FormatException($"'{name}' is no type of error");
}
