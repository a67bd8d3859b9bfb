namespace HealthAgent.Vocabulary;

/// <summary>
/// Why a run failed: the <c>error.type</c> of metrics, spans and events. The list is closed so that it may be a metric attribute; error
/// texts never are.
/// </summary>
/// <remarks>Rule: OpenTelemetry semantic conventions, <c>error.type</c> (predictable, low cardinality).</remarks>
public enum ErrorType
{
    /// <summary>The deadline passed before the run completed.</summary>
    Timeout,

    /// <summary>The host name did not resolve.</summary>
    Dns,

    /// <summary>Nothing listens on the address.</summary>
    ConnectionRefused,

    /// <summary>The peer closed or reset the connection.</summary>
    ConnectionReset,

    /// <summary>The connection failed for another reason, such as an unreachable network.</summary>
    ConnectionFailed,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The peer's certificate is not trusted, or does not match the host name.</summary>
    CertificateInvalid,

    /// <summary>The peer's certificate has expired.</summary>
    CertificateExpired,

    /// <summary>The credentials were rejected.</summary>
    Authentication,

    /// <summary>The credentials were accepted, but the action is not allowed.</summary>
    Authorization,

    /// <summary>The response is not valid in the expected protocol.</summary>
    Protocol,

    /// <summary>Unexpected status code.</summary>
    UnexpectedStatus,

    /// <summary>An <c>expect</c> condition did not hold.</summary>
    Expectation,

    /// <summary>The requested object does not exist: a database, a queue, a path.</summary>
    NotFound,

    /// <summary>The peer is out of a resource (connections, memory, disk), or its response exceeds a limit.</summary>
    ResourceExhausted,

    /// <summary>No heartbeat arrived in time.</summary>
    MissedHeartbeat,

    /// <summary>A command could not be started, or reported failure.</summary>
    Exec,

    /// <summary>A fault in the check itself.</summary>
    Internal,
}

/// <summary>The external names of <see cref="ErrorType"/>.</summary>
public static class ErrorTypes
{
    /// <summary>The name in metrics, spans and JSON, such as <c>connection_refused</c>.</summary>
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
