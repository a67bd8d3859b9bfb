using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks.Network;

/// <summary>
/// Sends one HTTP request on a connection of its own and looks at the answer. A kept connection would hide a broken
/// resolver, a full backlog or an expired certificate for as long as it lives.
/// </summary>
internal sealed class HttpCheck : IHealthCheck, IDisposable
{
    /// <summary>The kind <c>http</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "http",
        Description = "A URL answers as expected.",
        DefaultTier = Tier.Dependency,
        Values =
        [
            new("status", ObservedType.Number, "the status code") { Miss = ErrorType.UnexpectedStatus },
            new("contentType", ObservedType.Text, "the media type, without parameters"),
            new("header", ObservedType.Header, "a header of the answer, by name"),
            new("body", ObservedType.Text, "the body, up to maxBody"),
            new("bodySize", ObservedType.Size, "the size of the body, up to maxBody"),
            new("json", ObservedType.Json, "a value of the JSON body, by path"),
            new("httpVersion", ObservedType.Text, "the version spoken, such as 1.1"),
            new(ConnectionTrace.Dns, ObservedType.Duration, "resolving the name") { IsPhase = true },
            new(ConnectionTrace.Connect, ObservedType.Duration, "opening the connection") { IsPhase = true },
            new(ConnectionTrace.Tls, ObservedType.Duration, "the TLS handshake") { IsPhase = true },
            new("firstByte", ObservedType.Duration, "from the request sent to the answer's head") { IsPhase = true },
            new("transfer", ObservedType.Duration, "reading the body") { IsPhase = true },
            new("certificate.expiresIn", ObservedType.Duration, "how long the peer's certificate is still valid"),
        ],
        DefaultExpect = ["status in 200..299"],
        Read = Read,
    };

    private readonly HttpMessageInvoker _client;
    private readonly TimeProvider _clock;
    private readonly HttpSettings _settings;

    // Of the run under way: a run never overlaps itself, and the handler's callbacks know no request.
    private ConnectionTrace _trace;

    private HttpCheck(HttpSettings settings, TimeProvider clock)
    {
        (_settings, _clock, _trace) = (settings, clock, new ConnectionTrace(clock));
        _client = new HttpMessageInvoker(CreateHandler());
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = _trace = new ConnectionTrace(_clock);
        using var request = _settings.ToRequest();
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            trace.End("firstByte");
            trace.Observed["status"] = (int)response.StatusCode;
            trace.Observed["httpVersion"] = response.Version.ToString(2);
            trace.Observed["contentType"] = response.Content.Headers.ContentType?.MediaType ?? "";
            if (_settings.NeedsHeaders)
            {
                trace.Observed["header"] = HeadersOf(response);
            }

            await ReadBodyAsync(response, trace, cancellationToken);
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (OperationCanceledException e)
        {
            throw new CheckFailedException(ErrorType.Timeout, $"timed out while {trace.Doing}", trace.Observed, e);
        }
        catch (HttpRequestException e) when (trace.CertificateProblem is { } problem)
        {
            throw new CheckFailedException(problem, Failures.Describe(e), trace.Observed, e);
        }
    }

    private async Task ReadBodyAsync(HttpResponseMessage response, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        trace.Begin("reading the body");
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        for (int read; body.Length < _settings.MaxBody && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, (int)Math.Min(read, _settings.MaxBody - body.Length));
        }

        trace.End("transfer");
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        trace.Observed["bodySize"] = bytes.Length;
        if (_settings.NeedsBody || !response.IsSuccessStatusCode)
        {
            trace.Observed["body"] = Encoding.UTF8.GetString(bytes.Span);
        }

        if (_settings.NeedsJson)
        {
            trace.Observed["json"] = ParseJson(bytes, trace);
        }
    }

    private static JsonElement ParseJson(ReadOnlyMemory<byte> body, ConnectionTrace trace)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            var type = trace.Observed["contentType"] is string { Length: > 0 } written ? written : "no content type";
            throw new CheckFailedException(ErrorType.Protocol, $"the body is not JSON ({type}, status {trace.Observed["status"]})", trace.Observed, e);
        }
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = values.ToString();
        }

        return headers;
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = _settings.FollowRedirects,
        MaxAutomaticRedirections = 5,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.Zero,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 64,
        ConnectCallback = async (connection, cancellationToken) =>
        {
            var trace = _trace;
            var socket = await trace.ConnectAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancellationToken);
            trace.Begin("shaking hands for TLS");
            return new NetworkStream(socket, ownsSocket: true);
        },
        PlaintextStreamFilter = (connection, _) =>
        {
            if (connection.PlaintextStream is SslStream)
            {
                _trace.End(ConnectionTrace.Tls);
            }

            _trace.Begin("waiting for the answer");
            return ValueTask.FromResult(connection.PlaintextStream);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, problems) =>
                _trace.Accept(certificate, chain, problems) || _settings.SkipVerify,
        },
    };

    private static CheckFactory Read(SettingsReader settings, Conditions conditions)
    {
        var http = HttpSettings.Read(settings, conditions);
        return services => new HttpCheck(http, services.GetRequiredService<TimeProvider>());
    }
}
