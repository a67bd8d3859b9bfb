using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace HealthAgent.Checks.Network;

/// <summary>How the HTTP requests of a check are sent.</summary>
internal sealed record HttpConnectionOptions
{
    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Whether the requests of a run share a connection. Otherwise each opens its own.</summary>
    public bool Share { get; init; }
}

/// <summary>Sends the HTTP requests of one run of a check, and traces how their connections come about.</summary>
internal sealed class HttpConnections : IDisposable
{
    private const int MostHeaders = 64;

    private readonly HttpMessageInvoker _client;

    public HttpConnections(HttpConnectionOptions options, TimeProvider clock)
    {
        Trace = new ConnectionTrace(clock);
        _client = new HttpMessageInvoker(CreateHandler(options));
    }

    /// <summary>Of the run: the handler's callbacks know no request.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>Sends a request; returns when the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, cancellationToken);

    /// <summary>The fail of a run by an exception: says in which phase, and what was observed until then.</summary>
    public CheckFailedException Failed(Exception cause)
    {
        if (cause is CheckFailedException failed)
        {
            return failed.Observed.Count > 0 ? failed : new CheckFailedException(failed.ErrorType, failed.Message, Trace.Observed, failed);
        }

        return cause is OperationCanceledException ? Trace.TimedOut(cause)
            : cause is HttpRequestException && Trace.CertificateProblem is not null ? Trace.CertificateRefused(cause)
            : Failures.SocketCause(cause) is { } socket ? Trace.Unreached(socket)
            : new CheckFailedException(Failures.Classify(cause), $"{Trace.Doing}: {Describe(cause)}", Trace.Observed, cause);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static string Describe(Exception cause) =>
        ((cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.ResponseEnded => "the connection was closed before the answer was complete",
            HttpRequestError.ConfigurationLimitExceeded => $"the headers of the answer are longer than {MostHeaders}KiB",
            _ => Failures.Describe(cause),
        };

    private SocketsHttpHandler CreateHandler(HttpConnectionOptions options) => new()
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = options.Share ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = MostHeaders,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectCallback = async (connection, cancellationToken) =>
        {
            var trace = Trace;
            var socket = await trace.ConnectAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancellationToken);
            trace.Begin("shaking hands for TLS");
            return new NetworkStream(socket, ownsSocket: true);
        },
        PlaintextStreamFilter = (connection, _) =>
        {
            if (connection.PlaintextStream is SslStream)
            {
                Trace.End(ConnectionTrace.Tls);
            }

            (connection.InitialRequestMessage.Content as HeadersOnlyContent)?.DropLength();
            Trace.Begin("waiting for the answer");
            return ValueTask.FromResult(connection.PlaintextStream);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, problems) =>
                Trace.Accept(certificate, chain, problems, options.SkipVerify),
        },
    };
}
