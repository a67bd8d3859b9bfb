using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace HealthAgent.Checks;

/// <summary>What an exception means, in the closed list of <see cref="ErrorType"/>.</summary>
internal static class Failures
{
    /// <summary>
    /// The meaning of an exception: what the check itself recognized, else what the kind says, else the first in the chain
    /// of causes that says something.
    /// </summary>
    public static ErrorType Classify(Exception exception, Func<Exception, ErrorType?>? kind = null)
    {
        if (exception is CheckFailedException failed)
        {
            return failed.ErrorType;
        }

        for (var cause = exception; cause is not null && kind is not null; cause = cause.InnerException)
        {
            if (kind(cause) is { } special)
            {
                return special;
            }
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (Common(cause) is { } common)
            {
                return common;
            }
        }

        return ErrorType.Internal;
    }

    /// <summary>The words of the check where it found some, else of the innermost cause, which is where drivers say what happened.</summary>
    public static string Describe(Exception exception)
    {
        var cause = exception;
        while (cause is not CheckFailedException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause.Message;
    }

    /// <summary>The socket's own error among the causes, if it is one.</summary>
    public static SocketException? SocketCause(Exception exception)
    {
        for (var cause = exception; cause is not null and not CheckFailedException; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket;
            }
        }

        return null;
    }

    private static ErrorType? Common(Exception exception) => exception switch
    {
        CheckFailedException failed => failed.ErrorType,
        OperationCanceledException or TimeoutException => ErrorType.Timeout,
        SocketException socket => OfSocket(socket.SocketErrorCode),
        AuthenticationException tls => OfTls(tls.Message),
        HttpRequestException http => OfHttp(http.HttpRequestError),
        HttpIOException http => OfHttp(http.HttpRequestError),
        JsonException or FormatException or InvalidDataException => ErrorType.Protocol,
        EndOfStreamException => ErrorType.ConnectionReset,
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => ErrorType.NotFound,
        UnauthorizedAccessException => ErrorType.Authorization,
        OutOfMemoryException => ErrorType.ResourceExhausted,
        _ => null,
    };

    private static ErrorType OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ErrorType.ConnectionRefused,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => ErrorType.ConnectionReset,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery => ErrorType.Dns,
        SocketError.TimedOut => ErrorType.Timeout,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => ErrorType.ResourceExhausted,
        _ => ErrorType.ConnectionFailed,
    };

    /// <summary>What the TLS stack says in words alone: "… because of errors in the certificate chain: NotTimeValid".</summary>
    private static ErrorType OfTls(string message) => message switch
    {
        _ when !message.Contains("remote certificate", StringComparison.Ordinal) => ErrorType.Tls,
        _ when message.Contains("NotTimeValid", StringComparison.Ordinal) => ErrorType.CertificateExpired,
        _ => ErrorType.CertificateInvalid,
    };

    /// <summary>What the HTTP stack says by itself; null where its cause knows better.</summary>
    private static ErrorType? OfHttp(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => ErrorType.Dns,
        HttpRequestError.SecureConnectionError => ErrorType.Tls,
        HttpRequestError.ResponseEnded => ErrorType.ConnectionReset,
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ExtendedConnectNotSupported => ErrorType.Protocol,
        HttpRequestError.ConfigurationLimitExceeded => ErrorType.ResourceExhausted,
        _ => null,
    };
}
