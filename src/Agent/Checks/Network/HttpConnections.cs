using System.Net;
using System.Net.Security;

namespace HealthAgent.Checks.Network;

/// <summary>How the HTTP requests of a check are sent.</summary>
internal sealed record HttpConnectionOptions
{
    /// <summary>Whether redirects are followed.</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Whether the requests of a run share a connection. Otherwise each opens its own.</summary>
    public bool Share { get; init; }
}

/// <summary>Sends the HTTP requests of one run of a check, and traces how their connections come about.</summary>
internal sealed class HttpConnections : IDisposable
{
    private readonly HttpMessageInvoker _client;

    public HttpConnections(HttpConnectionOptions options, TimeProvider clock)
    {
        Trace = new ConnectionTrace(clock);
        _client = new HttpMessageInvoker(CreateHandler(options));
    }

    /// <summary>Of the run: the handler's callbacks know no request.</summary>
    public ConnectionTrace Trace { get; }

    /// <summary>Sends a request; returns when the answer's head is there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        DropTrailingDot(request);
        try
        {
            return await _client.SendAsync(request, cancellationToken);
        }
        catch (Exception e)
        {
            Trace.ThrowFailure(e);
            throw;
        }
    }

    /// <summary>Reads a body, up to a number of bytes.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, long most, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        for (int read; body.Length < most && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, (int)Math.Min(read, most - body.Length));
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
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

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private SocketsHttpHandler CreateHandler(HttpConnectionOptions options) => new()
    {
        AllowAutoRedirect = options.FollowRedirects,
        MaxAutomaticRedirections = 5,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = options.Share ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 64,
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

            Trace.Begin("waiting for the answer");
            return ValueTask.FromResult(connection.PlaintextStream);
        },
        // The handler sets the name, which is that of the URL or of the Host header.
        SslOptions = Trace.TlsOptions("", options.SkipVerify),
    };
}
