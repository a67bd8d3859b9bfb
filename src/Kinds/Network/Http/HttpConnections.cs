using System.Net.Security;
using System.Text;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>How the HTTP requests of a check are sent.</summary>
internal sealed record HttpConnectionOptions
{
    /// <summary>How the connections are secured.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>Whether the requests of a run share a connection. Otherwise each opens its own.</summary>
    public bool Share { get; init; }
}

/// <summary>Sends the HTTP requests of one run of a check, and traces how their connections come about.</summary>
internal sealed class HttpConnections : IDisposable
{
    private const int MostHeaders = 64;

    private static readonly HttpRequestOptionsKey<string?> WrittenHost = new("health-agent.host");

    private readonly HttpConnectionOptions _options;
    private readonly HttpMessageInvoker _client;
    private HttpMessageInvoker? _elsewhere;
    private Uri? _origin;

    public HttpConnections(HttpConnectionOptions options, TimeProvider clock)
    {
        (_options, Trace) = (options, new ConnectionTrace(clock));
        _client = new HttpMessageInvoker(CreateHandler(options.Tls));
    }

    /// <summary>Of the run: the handler's callbacks know no request.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>Sends a request; returns when the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        DropTrailingDot(request);
        _origin ??= request.RequestUri!;
        if (Uri.Compare(_origin, request.RequestUri!, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
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

    /// <summary>The fail of a run by an exception: says in which phase, and what was observed until then.</summary>
    public CheckFailedException Failed(Exception cause)
    {
        if (cause is CheckFailedException failed)
        {
            return failed.Observed.Count > 0 ? failed : new CheckFailedException(failed.ErrorType, failed.Message, Trace.Observed, failed);
        }

        return cause is OperationCanceledException ? Trace.TimedOut(cause) : Trace.FailureOf(cause) ?? Unexpected(cause);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        _elsewhere?.Dispose();
    }

    /// <summary>The dot at the end of a name is for the resolver: servers and certificates know the name without it.</summary>
    /// <remarks>Rule: RFC 6066, section 3. The handler asks TLS for the name of the <c>Host</c> header.</remarks>
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
            HttpRequestError.ResponseEnded => "the connection was closed before the answer was complete",
            HttpRequestError.ConfigurationLimitExceeded => $"the headers of the answer are longer than {MostHeaders}KiB",
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
            var trace = Trace;
            var socket = await trace.ConnectAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancellationToken);
            trace.Begin("shaking hands for TLS");
            return trace.Open(socket);
        },
        PlaintextStreamFilter = (connection, _) =>
        {
            if (connection.PlaintextStream is SslStream)
            {
                Trace.End(ConnectionTrace.Tls);
            }

            if (connection.InitialRequestMessage.Options.TryGetValue(WrittenHost, out var host))
            {
                connection.InitialRequestMessage.Headers.Host = host;
            }

            (connection.InitialRequestMessage.Content as HeadersOnlyContent)?.DropLength();
            Trace.Begin("waiting for the answer");
            return ValueTask.FromResult(connection.PlaintextStream);
        },
        // The handler sets the name, which is that of the URL or of the Host header.
        SslOptions = Trace.TlsOptions("", tls),
    };
}
