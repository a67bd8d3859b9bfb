using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace HealthAgent.Checks;

/// <summary>What the errors of the TLS stack mean, in plain words.</summary>
/// <remarks>Rule: RFC 8446, section 6, for alerts. OpenSSL has the alert N that a peer sent as its error's reason 1000 + N.</remarks>
internal static class TlsErrors
{
    /// <summary>The first byte of an alert on the wire, which servers also send to those who do not speak TLS.</summary>
    public const byte AlertRecord = 21;

    private const int FirstAlert = 1000, LastAlert = FirstAlert + byte.MaxValue;
    private const string Routines = "SSL routines:";

    /// <summary>Whether this is an error of OpenSSL's TLS: an alert of the peer, or its own refusal.</summary>
    public static bool IsOfTls(Exception exception) =>
        exception is CryptographicException && exception.Message.Contains(Routines, StringComparison.Ordinal);

    /// <summary>The alert that the peer sent, if it is that.</summary>
    public static int? Alert(Exception exception) =>
        IsOfTls(exception) && (exception.HResult & 0xFFF) is >= FirstAlert and <= LastAlert and var reason ? reason - FirstAlert : null;

    /// <summary>Whether the connection ended in the middle of a TLS record or handshake.</summary>
    public static bool IsEnd(Exception exception) =>
        exception is IOException && exception.Message.StartsWith("Received an unexpected EOF", StringComparison.Ordinal);

    /// <summary>Whether a peer may say so to a client that sends no certificate, or not the right one.</summary>
    public static bool IsAboutCertificate(int alert) => alert is 40 or (>= 42 and <= 46) or 48 or 49 or 116;

    /// <summary>An error in words; null for those that are not of TLS.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        _ when Alert(exception) is { } alert => $"the server refuses the TLS handshake: {Words(alert)}",
        _ when IsOfTls(exception) => $"TLS failed: {exception.Message[(exception.Message.LastIndexOf(':') + 1)..]}",
        _ when IsEnd(exception) => "the peer closed the connection",
        AuthenticationException when exception.Message.StartsWith("Cannot determine the frame size", StringComparison.Ordinal) =>
            "the server does not speak TLS on this port",
        _ => null,
    };

    private static string Words(int alert) => alert switch
    {
        40 => "no cipher, or another setting, in common (handshake_failure)",
        42 => "bad certificate (bad_certificate)",
        43 => "unsupported certificate (unsupported_certificate)",
        44 => "certificate revoked (certificate_revoked)",
        45 => "certificate expired (certificate_expired)",
        46 => "certificate not accepted (certificate_unknown)",
        48 => "unknown certificate authority (unknown_ca)",
        49 => "access denied (access_denied)",
        70 => "no TLS version in common (protocol_version)",
        71 => "the ciphers offered are too weak for it (insufficient_security)",
        80 => "internal error of the server (internal_error)",
        112 => "it serves no host of this name (unrecognized_name)",
        116 => "it requires a client certificate (certificate_required)",
        120 => "no application protocol in common (no_application_protocol)",
        _ => string.Create(CultureInfo.InvariantCulture, $"alert {alert}"),
    };
}
