using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Memory;

namespace HealthAgent.Kinds.Workflows;

/// <summary>What earlier runs learned about a Dagu; dropped when it no longer holds.</summary>
/// <param name="Prefix">The path of its API.</param>
/// <param name="Session">The token of a login.</param>
internal sealed record DaguKnowledge(string? Prefix = null, string? Session = null);

/// <summary>
/// Calls Dagu's API over one connection per run. Outside the API, any path returns 200 with Dagu's web page, so only JSON counts as a
/// response.
/// </summary>
internal sealed class DaguApi(DaguSettings settings, HttpConnections connections, BodyMemory memory)
{
    /// <summary>The path of distributed workers.</summary>
    public const string Workers = "/workers";

    private const long LargestAnswer = 16 * 1024 * 1024;

    // Version 1.16 has v1; 1.17 to 1.30 have v2 beside an older v1; since 2.0 what was v2 is v1.
    private static readonly string[] Prefixes = ["/api/v2", "/api/v1"];

    private static readonly BodyUse Use = new(LargestAnswer, LargestAnswer, IsText: false,
        [.. new[] { "$.status", "$.version", "$.uptime", "$.schedulers", "$.summary", "$.workers", "$.token", "$.message" }.Select(Asked)]);

    /// <summary>What is currently known.</summary>
    public required DaguKnowledge Known { get; set; }

    /// <summary>Finds the API by its health endpoint and returns the response.</summary>
    public async Task<JsonElement> FindAsync(CancellationToken cancellationToken)
    {
        Answer? last = null;
        foreach (var prefix in Known.Prefix is { } remembered ? [remembered, .. Prefixes] : Prefixes)
        {
            var answer = await GetAsync(prefix + "/health", cancellationToken);
            if (answer.Json is { ValueKind: JsonValueKind.Object } health && health.TryGetProperty("status", out _)
                && health.TryGetProperty("version", out _))
            {
                Known = Known with { Prefix = prefix };
                return health;
            }

            // Of two failures, a web page says more than an error.
            last = last?.MediaType == "text/html" ? last : answer;
        }

        throw Failed(ErrorType.Protocol, last!.MediaType == "text/html"
            ? $"{settings.Url} returned text/html, a web page rather than Dagu's API; check the base path of the URL"
            : $"{settings.Url} returned {(int)last.Status} {last.MediaType}, not Dagu's API; check the URL");
    }

    /// <summary>The resource at a path of the API; null if this version or setup lacks it.</summary>
    public async Task<JsonElement?> AskAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(Known.Prefix + path, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => answer.Json,
            HttpStatusCode.NotFound or HttpStatusCode.NotImplemented => null,
            // The response when there is no coordinator, and therefore no workers.
            HttpStatusCode.ServiceUnavailable when path == Workers => null,
            _ => throw Failed(ErrorType.UnexpectedStatus, $"{Known.Prefix}{path} answers {(int)answer.Status}{MessageOf(answer.Json)}"),
        };
    }

    private async Task<Answer> GetAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (answer.Status == HttpStatusCode.Unauthorized && await LogInAsync(path, cancellationToken))
        {
            answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        }

        return answer.Status switch
        {
            HttpStatusCode.Unauthorized when settings.Authorization is null =>
                throw Failed(ErrorType.Authentication, $"{path} requires credentials; set username and password, or token"),
            HttpStatusCode.Unauthorized =>
                throw Failed(ErrorType.Authentication, $"{path} rejected the credentials{MessageOf(answer.Json)}"),
            HttpStatusCode.Forbidden =>
                throw Failed(ErrorType.Authorization, $"{path} is forbidden for this user or address{MessageOf(answer.Json)}"),
            _ => answer,
        };
    }

    /// <summary>Logs in if Dagu has built-in users; true if that yielded a session to retry with.</summary>
    private async Task<bool> LogInAsync(string path, CancellationToken cancellationToken)
    {
        Known = Known with { Session = null };
        if (settings.Username is not { } username || settings.Password is not { } password)
        {
            return false;
        }

        var prefix = path[..(path.IndexOf('/', "/api/".Length) + 1)];
        var body = $$"""{"username":"{{JsonEncodedText.Encode(username)}}","password":"{{JsonEncodedText.Encode(password)}}"}""";
        var answer = await SendAsync(HttpMethod.Post, prefix + "auth/login", body, cancellationToken);
        if (answer.Json is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty("token", out var token))
        {
            return false;
        }

        Known = Known with { Session = token.GetString() };
        connections.Trace.Explanation?.AddSecret(Known.Session);
        return true;
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        connections.Trace.Begin($"waiting for {path}");
        using var request = new HttpRequestMessage(method, settings.Url + path);
        request.Headers.Authorization = Known.Session is { } session
            ? new AuthenticationHeaderValue("Bearer", session)
            : settings.Authorization;
        request.Headers.TryAddWithoutValidation("User-Agent", "health-agent");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCoding.Accepted);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await connections.SendAsync(request, cancellationToken);
        // Only a few values of each response are kept.
        using var held = new RunMemory(memory);
        using var read = new HttpBody(response, Use, held);
        await read.ReadAsync(cancellationToken);
        connections.Trace.Explanation?.Received(read.Excerpt());
        var mediaType = read.Type.MediaType is { Length: > 0 } written ? written.ToLowerInvariant() : "no content type";
        return new Answer(response.StatusCode, mediaType,
            mediaType == "application/json"
                ? await ParseAsync(read, path, isRequired: response.StatusCode == HttpStatusCode.OK, cancellationToken)
                : null);
    }

    private async Task<JsonElement?> ParseAsync(HttpBody body, string path, bool isRequired, CancellationToken cancellationToken)
    {
        try
        {
            return await body.JsonAsync(limit: Units.FormatSize(LargestAnswer), cancellationToken);
        }
        catch (CheckFailedException e)
        {
            return isRequired ? throw Failed(e.ErrorType, $"{path}: {e.Message}") : null;
        }
    }

    private static string MessageOf(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("message", out var message) ? $": {message}" : "";

    private static JsonUse Asked(string path) =>
        JsonPath.TryParse(path, out var parsed) ? new JsonUse(parsed!) : throw new FormatException(path);

    private CheckFailedException Failed(ErrorType type, string message) => new(type, message, connections.Trace.Observed);

    private sealed record Answer(HttpStatusCode Status, string MediaType, JsonElement? Json);
}
