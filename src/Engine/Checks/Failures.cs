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

        return Causes(exception).Select(cause => kind?.Invoke(cause)).FirstOrDefault(special => special is not null)
            ?? Causes(exception).Select(Common).FirstOrDefault(common => common is not null)
            ?? ErrorType.Internal;
    }

    // The key of what was observed, in the data of an exception.
    private static readonly object ObservedKey = new();

    /// <summary>
    /// Notes what was observed before an exception that the check does not make one of its own of: it is classified and described as it
    /// is, and what was seen before is not lost.
    /// </summary>
    public static void NoteObserved(Exception exception, IReadOnlyDictionary<string, object> observed) =>
        exception.Data[ObservedKey] = observed;

    /// <summary>What was observed before an exception, by the run and by what threw it; null where nothing was.</summary>
    public static IReadOnlyDictionary<string, object>? Observed(Exception exception)
    {
        var noted = exception.Data[ObservedKey] as IReadOnlyDictionary<string, object>;
        if (exception is not CheckFailedException { Observed: { Count: > 0 } own })
        {
            return noted;
        }

        if (noted is null)
        {
            return own;
        }

        var all = new Dictionary<string, object>(noted, StringComparer.Ordinal);
        foreach (var (name, value) in own)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>The exception and its causes, outermost first.</summary>
    public static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <summary>
    /// The words of the check where it found some, else of the innermost cause, which is where drivers say what happened.
    /// </summary>
    public static string Describe(Exception exception)
    {
        var cause = exception;
        while (cause is not CheckFailedException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return TlsErrors.Describe(cause) ?? cause.Message;
    }

    /// <summary>The socket's own error among the causes, if it is one.</summary>
    public static SocketException? SocketCause(Exception exception) =>
        Causes(exception).TakeWhile(cause => cause is not CheckFailedException).OfType<SocketException>().FirstOrDefault();

    private static ErrorType? Common(Exception exception) => exception switch
    {
        CheckFailedException failed => failed.ErrorType,
        OperationCanceledException or TimeoutException => ErrorType.Timeout,
        SocketException socket => OfSocket(socket.SocketErrorCode),
        AuthenticationException tls => OfTls(tls.Message),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } => null,
        HttpRequestException http => OfHttp(http.HttpRequestError),
        // The head was there: it is the body that ends too early (RFC 9112, section 8).
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => ErrorType.Protocol,
        HttpIOException http => OfHttp(http.HttpRequestError),
        JsonException or FormatException or InvalidDataException => ErrorType.Protocol,
        EndOfStreamException => ErrorType.ConnectionReset,
        IOException when TlsErrors.IsEnd(exception) => ErrorType.ConnectionReset,
        _ when TlsErrors.IsOfTls(exception) => ErrorType.Tls,
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
