using System.Net.Security;
using System.Text;
using HealthAgent.Checks;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>Options for the HTTP requests of a check.</summary>
internal sealed record HttpConnectionOptions
{
    /// <summary>How the connections are secured.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>What may be connected to; null for anything.</summary>
    public TargetPolicy? Policy { get; init; }

    /// <summary>Whether requests of a run share a connection; otherwise each opens its own.</summary>
    public bool Share { get; init; }
}

/// <summary>Sends the HTTP requests of one run and traces its connections.</summary>
internal sealed class HttpConnections : IDisposable
{
    private const int MostHeaders = 64;
    private const string Waiting = "waiting for the response";

    private static readonly HttpRequestOptionsKey<string?> WrittenHost = new("health-agent.host");
    private static readonly HttpRequestOptionsKey<PeerStream> Connection = new("health-agent.connection");

    private readonly HttpConnectionOptions _options;
    private readonly HttpMessageInvoker _client;
    private HttpMessageInvoker? _elsewhere;
    private Uri? _origin;
    private bool _asksByHttp2;

    public HttpConnections(HttpConnectionOptions options, TimeProvider clock)
    {
        (_options, Trace) = (options, new ConnectionTrace(clock, options.Policy));
        _client = new HttpMessageInvoker(CreateHandler(options.Tls));
    }

    /// <summary>One per run, since the handler's callbacks do not know the request.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>Sends a request; returns when the response headers have arrived.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Trace.Explanation is { } explanation
            ? SendExplainedAsync(request, explanation, cancellationToken)
            : SendToServerAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendExplainedAsync(
        HttpRequestMessage request, RunExplanation explanation, CancellationToken cancellationToken)
    {
        // The queries of redirects may hold tokens.
        var noted = explanation.Requested(request, isOwn: _options.Share || _origin is null || _origin == request.RequestUri);
        var response = await SendToServerAsync(request, cancellationToken);
        explanation.Responded(noted, response);
        return response;
    }

    private Task<HttpResponseMessage> SendToServerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        DropTrailingDot(request);
        _asksByHttp2 = request.Version.Major == 2;
        _origin ??= request.RequestUri!;
        if (_origin.Scheme != request.RequestUri!.Scheme || _origin.Authority != request.RequestUri.Authority)
        {
            // A client certificate is a credential: it does not leave the origin.
            _elsewhere ??= new HttpMessageInvoker(CreateHandler(_options.Tls.Elsewhere));
            return _elsewhere.SendAsync(request, cancellationToken);
        }

        if (_options.Tls.ServerName is { } name && _origin.Scheme == Uri.UriSchemeHttps)
        {
            // The handler asks TLS for the name in Host; what was written there is put back before it is sent.
            request.Options.Set(WrittenHost, request.Headers.Host);
            request.Headers.Host = name;
        }

        return _client.SendAsync(request, cancellationToken);
    }

    /// <summary>The failure for an exception: names the phase, with the values observed so far.</summary>
    public CheckFailedException Failed(Exception cause)
    {
        if (cause is CheckFailedException failed)
        {
            return failed.Observed.Count > 0 ? failed : new CheckFailedException(failed.ErrorType, failed.Message, Trace.Observed, failed);
        }

        return cause is OperationCanceledException ? Trace.TimedOut(cause)
            : Trace.ForeignProtocol is { } other && !(_asksByHttp2 && other == PeerGreeting.Http2)
                ? new CheckFailedException(ErrorType.Protocol, $"the server speaks {other} on this port", Trace.Observed, cause)
                : Trace.FailureOf(cause) ?? Unexpected(cause);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        _elsewhere?.Dispose();
    }

    /// <summary>A trailing dot is for the resolver only: servers and certificates use the name without it.</summary>
    /// <remarks>Rule: RFC 6066, section 3. The handler passes the name in the <c>Host</c> header to TLS.</remarks>
    private static void DropTrailingDot(HttpRequestMessage request)
    {
        var (host, url) = (request.Headers.Host, request.RequestUri!);
        if (host is null && url.IdnHost.EndsWith('.'))
        {
            host = url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}";
        }

        request.Headers.Host = host?.Replace(".:", ":", StringComparison.Ordinal).TrimEnd('.');
    }

    private CheckFailedException Unexpected(Exception cause)
    {
        var (type, words) = (Failures.Classify(cause), Describe(cause));
        return new CheckFailedException(type, type == ErrorType.Tls ? words : $"{Trace.Doing}: {words}", Trace.Observed, cause);
    }

    private static string Describe(Exception cause) =>
        ((cause as HttpRequestException)?.HttpRequestError ?? (cause as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.ResponseEnded => "the connection was closed before the response was complete",
            HttpRequestError.VersionNegotiationError => "the server does not speak HTTP/2 on this port",
            HttpRequestError.ConfigurationLimitExceeded => $"the response headers exceed {MostHeaders}KiB",
            _ => Failures.Describe(cause),
        };

    private SocketsHttpHandler CreateHandler(TlsSettings tls) => new()
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = _options.Share && _options.Tls.ServerName is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = MostHeaders,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectCallback = async (connection, cancellationToken) =>
        {
            var (trace, options) = (Trace, connection.InitialRequestMessage.Options);
            if (options.TryGetValue(Connection, out var closed))
            {
                // The handler tries again where a connection ends before the answer; that it did is what there is to know.
                throw closed.Failure ?? new EndOfStreamException();
            }

            // The handler writes an IPv6 address in brackets.
            var socket = await trace.ConnectAsync(
                connection.DnsEndPoint.Host.Trim('[', ']'), connection.DnsEndPoint.Port, cancellationToken);
            var isSecured = connection.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
            trace.Begin(isSecured ? "performing TLS handshake" : Waiting);
            var stream = trace.Open(socket);
            options.Set(Connection, stream);
            return stream;
        },
        PlaintextStreamFilter = (connection, _) =>
        {
            if (connection.PlaintextStream is SslStream tls)
            {
                Trace.EndTls(tls);
            }

            if (connection.InitialRequestMessage.Options.TryGetValue(WrittenHost, out var host))
            {
                connection.InitialRequestMessage.Headers.Host = host;
            }

            (connection.InitialRequestMessage.Content as HeadersOnlyContent)?.DropLength();
            Trace.Begin(Waiting);
            return ValueTask.FromResult(connection.PlaintextStream);
        },
        // The handler sets the target host, from the URL or the Host header.
        SslOptions = Trace.TlsOptions("", tls),
    };
}
