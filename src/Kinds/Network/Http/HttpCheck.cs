using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Memory;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>
/// Sends one HTTP request on a new connection and evaluates the response. A kept connection would hide a broken resolver, a full backlog
/// or an expired certificate while it lives.
/// </summary>
internal sealed class HttpCheck(HttpSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>http</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "http",
        Description = "A URL answers as expected.",
        DefaultTier = Tier.Dependency,
        Example = "url: https://orders.internal/health",
        Values =
        [
            new("status", ObservedType.Number, "the status code") { Miss = ErrorType.UnexpectedStatus },
            new("contentType", ObservedType.Text, "the media type: what is before the first `;` of the header `Content-Type`"),
            new("header", ObservedType.Header,
                "a header of the answer, by name, as it was sent; several of the same name are judged one by one"),
            new("body", ObservedType.Text, "the body, up to maxBody; decompressed, and decoded by its charset"),
            new("bodySize", ObservedType.Size, "the size of the body, decompressed, up to maxBody"),
            new("transferSize", ObservedType.Size, "the size of the body on the wire; when it is compressed, or a condition speaks of it"),
            new("json", ObservedType.Json, "a value of the JSON body, by path"),
            new("httpVersion", ObservedType.Text, "the version spoken, such as 1.1"),
            .. ConnectionTrace.Phases,
            new("firstByte", ObservedType.Duration, "from the request sent to the answer's head") { IsPhase = true },
            new("transfer", ObservedType.Duration, "reading the body") { IsPhase = true },
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        DefaultExpect = ["status in 200..299"],
        Settings = HttpSettings.All,
        Target = HttpSettings.Url,
        Plan = static context =>
        {
            var http = HttpSettings.Read(context);
            return new PlannedCheck(services => new HttpCheck(http, services.GetRequiredService<TimeProvider>()), http.Request.Url.IdnHost);
        },
    };

    // Of an error's body, which no condition uses.
    private const long ShownBody = BodyBytes.Unreserved;

    private readonly string _limit = $"maxBody ({Units.FormatSize(settings.MaxBody)})";

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Created per run, so that a check between runs holds only its settings.
        using var connections = new HttpConnections(settings.Connection, clock);
        var redirects = settings.FollowsRedirects ? new HttpRedirects(settings.Request, settings.Connection.Policy) : null;
        try
        {
            using var response = await SendAsync(connections, redirects, cancellationToken);
            using var body = new HttpBody(response, Use(response, connections.Trace.Explanation is not null), RunMemory.Current);
            await ReadBodyAsync(response, body, connections.Trace, cancellationToken);
            await NoteContentsAsync(body, connections.Trace, cancellationToken);
            return HealthCheckResult.Healthy(data: connections.Trace.Observed);
        }
        catch (Exception e)
        {
            var failed = connections.Failed(e);
            throw redirects?.Explain(failed) ?? failed;
        }
    }

    /// <summary>Sends the request and follows redirects; returns the headers of the last response.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpConnections connections, HttpRedirects? redirects, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var request = settings.Request.Create(redirects);
            var response = await connections.SendAsync(request, cancellationToken);
            try
            {
                NoteHead(response, connections.Trace);
                if (redirects?.Follow(response) is not true)
                {
                    return response;
                }
            }
            catch
            {
                response.Dispose();
                throw;
            }

            response.Dispose();
        }
    }

    private void NoteHead(HttpResponseMessage response, ConnectionTrace trace)
    {
        trace.End("firstByte");
        trace.Observed["status"] = (int)response.StatusCode;
        trace.Observed["httpVersion"] = response.Version.ToString(2);
        if (settings.NeedsHeaders)
        {
            trace.Observed["header"] = HeadersOf(response);
        }
    }

    /// <summary>Reads the body and notes its values, as far as they were received.</summary>
    private async Task ReadBodyAsync(
        HttpResponseMessage response, HttpBody body, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        trace.Observed["contentType"] = body.Type.MediaType;
        trace.Begin("reading the body");
        try
        {
            await body.ReadAsync(cancellationToken);
            trace.End("transfer");
        }
        finally
        {
            if (body.IsEncoded || settings.NeedsTransferSize)
            {
                trace.Observed["transferSize"] = body.TransferSize;
            }

            if (body.Problem is null)
            {
                trace.Observed["bodySize"] = body.Size;
            }

            trace.Explanation?.Received(body.Excerpt());

            if ((settings.NeedsBody || !response.IsSuccessStatusCode) && body.Text(cancellationToken) is { } text)
            {
                trace.Observed["body"] = text;
            }
        }
    }

    private BodyUse Use(HttpResponseMessage response, bool isExplained) =>
        settings.NeedsBody || settings.Json.Count > 0 ? settings.Body
        : response.IsSuccessStatusCode && !isExplained ? settings.Body with { Kept = 0 }
        : settings.Body with { Kept = Math.Min(ShownBody, settings.MaxBody) };

    /// <summary>Notes what conditions use of the body; fails if it cannot be decoded although the status is as expected.</summary>
    private async Task NoteContentsAsync(HttpBody body, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!settings.NeedsBody && !settings.NeedsBodySize && settings.Json.Count == 0)
        {
            return;
        }

        var isRequired = settings.ExpectedStatus.All(condition => !condition.IsMissed(trace.Observed));
        if (isRequired && body.Problem is { } problem)
        {
            throw new CheckFailedException(ErrorType.Protocol, problem);
        }

        if (isRequired && settings.NeedsBody && !trace.Observed.ContainsKey("body"))
        {
            throw body.UnknownCharset();
        }

        if (settings.Json.Count > 0)
        {
            try
            {
                trace.Observed["json"] = await body.JsonAsync(_limit, cancellationToken);
            }
            catch (CheckFailedException) when (!isRequired)
            {
                // An error page; its status says enough.
            }
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = [.. values];
        }

        return headers;
    }
}
