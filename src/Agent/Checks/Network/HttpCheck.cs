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
internal sealed class HttpCheck(HttpSettings settings, TimeProvider clock) : IHealthCheck
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
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        DefaultExpect = ["status in 200..299"],
        Read = Read,
    };

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Made anew for each run: between its runs a check then holds nothing but its settings.
        using var connections = new HttpConnections(settings.Connection, clock);
        using var request = settings.ToRequest();
        var trace = connections.Trace;
        try
        {
            using var response = await connections.SendAsync(request, cancellationToken);
            trace.End("firstByte");
            trace.Observed["status"] = (int)response.StatusCode;
            trace.Observed["httpVersion"] = response.Version.ToString(2);
            trace.Observed["contentType"] = response.Content.Headers.ContentType?.MediaType ?? "";
            if (settings.NeedsHeaders)
            {
                trace.Observed["header"] = HeadersOf(response);
            }

            await ReadBodyAsync(response, trace, cancellationToken);
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (OperationCanceledException e)
        {
            throw trace.TimedOut(e);
        }
        catch (Exception e) when (Failures.SocketCause(e) is { } cause)
        {
            throw trace.Unreached(cause);
        }
    }

    private async Task ReadBodyAsync(HttpResponseMessage response, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        trace.Begin("reading the body");
        var bytes = await HttpConnections.ReadAsync(response, settings.MaxBody, cancellationToken);
        trace.End("transfer");
        trace.Observed["bodySize"] = bytes.Length;
        if (settings.NeedsBody || !response.IsSuccessStatusCode)
        {
            trace.Observed["body"] = Encoding.UTF8.GetString(bytes.Span);
        }

        if (settings.NeedsJson && ParseJson(bytes, response.IsSuccessStatusCode, trace) is { } json)
        {
            trace.Observed["json"] = json;
        }
    }

    /// <summary>The body as JSON; null for an error page, of which the status says enough.</summary>
    private static JsonElement? ParseJson(ReadOnlyMemory<byte> body, bool isRequired, ConnectionTrace trace)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body);
            return document.RootElement.Clone();
        }
        catch (JsonException) when (!isRequired)
        {
            return null;
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

    private static CheckFactory Read(SettingsReader reader, Conditions conditions)
    {
        var http = HttpSettings.Read(reader, conditions);
        return services => new HttpCheck(http, services.GetRequiredService<TimeProvider>());
    }
}
