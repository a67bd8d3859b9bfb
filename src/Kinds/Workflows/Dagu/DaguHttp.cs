using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Memory;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>What earlier runs learned about a Dagu; dropped when it no longer holds.</summary>
/// <param name="Prefix">The path of its API.</param>
/// <param name="Session">The token of a login.</param>
internal sealed record DaguKnowledge(string? Prefix = null, string? Session = null);

/// <summary>
/// Whether a login was rejected lately: Dagu locks an address out after five failures in 15 minutes, and with it everybody behind it.
/// </summary>
internal sealed class DaguLoginPause(TimeProvider clock)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private long? _since;

    /// <summary>Whether no login is tried.</summary>
    public bool IsOn => _since is { } since && clock.GetElapsedTime(since) < Length;

    /// <summary>A login was rejected.</summary>
    public void Begin() => _since = clock.GetTimestamp();
}

/// <summary>Sends the requests of one run, logging in where Dagu has users of its own.</summary>
internal sealed class DaguHttp(
    DaguSettings settings, HttpConnections connections, BodyMemory memory, DaguLoginPause pause, TimeProvider clock)
{
    /// <summary>The most that is read of a response.</summary>
    public const long LargestAnswer = 16 * 1024 * 1024;

    /// <summary>What is currently known.</summary>
    public required DaguKnowledge Known { get; set; }

    /// <summary>Sends a request, with a new login if the session is over.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.Authentication"/>: the credentials are missing or wrong.</exception>
    public async Task<DaguAnswer> SendAsync(
        HttpMethod method, string path, string? body, BodyUse use, CancellationToken cancellationToken)
    {
        var answer = await SendOnceAsync(method, path, body, use, cancellationToken);
        if (answer.Status == HttpStatusCode.Unauthorized && await LogInAsync(path, cancellationToken))
        {
            answer = await SendOnceAsync(method, path, body, use, cancellationToken);
        }

        return answer.Status != HttpStatusCode.Unauthorized
            ? answer
            : throw Failed(ErrorType.Authentication, settings.Authorization is null
                ? $"{path} requires credentials; set username and password, or token"
                : $"{path} rejected the credentials{(answer.Message is { } said ? $": {said}" : "")}");
    }

    /// <summary>Logs in if Dagu has built-in users; true if that yielded a session to retry with.</summary>
    private async Task<bool> LogInAsync(string path, CancellationToken cancellationToken)
    {
        Known = Known with { Session = null };
        if (settings.Username is not { } username || settings.Password is not { } password || pause.IsOn)
        {
            return false;
        }

        var prefix = path[..(path.IndexOf('/', "/api/".Length) + 1)];
        var body = $$"""{"username":"{{JsonEncodedText.Encode(username)}}","password":"{{JsonEncodedText.Encode(password)}}"}""";
        var answer = await SendOnceAsync(HttpMethod.Post, prefix + "auth/login", body, DaguShapes.Login.Use, cancellationToken);
        if (answer.Status is HttpStatusCode.TooManyRequests)
        {
            throw Failed(ErrorType.Authentication, $"{prefix}auth/login returned {answer}");
        }

        if (answer.Status is HttpStatusCode.Unauthorized)
        {
            pause.Begin();
        }

        if (!answer.IsSuccess || answer.Json is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("token", out var token))
        {
            return false;
        }

        Known = Known with { Session = token.ToString() };
        connections.Trace.Explanation?.AddSecret(Known.Session);
        return true;
    }

    private async Task<DaguAnswer> SendOnceAsync(
        HttpMethod method, string path, string? body, BodyUse use, CancellationToken cancellationToken)
    {
        connections.Trace.Begin($"waiting for {path}");
        using var request = new HttpRequestMessage(method, settings.Url + path);
        request.Headers.Authorization = Known.Session is { } session
            ? new AuthenticationHeaderValue("Bearer", session)
            : settings.Authorization;
        request.Headers.TryAddWithoutValidation("User-Agent", "health-agent");
        request.Headers.TryAddWithoutValidation("Accept", use.IsText ? "text/plain" : "application/json");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCoding.Accepted);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var (sent, sentAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var response = await connections.SendAsync(request, cancellationToken);
        var roundTrip = clock.GetElapsedTime(sentAt);
        // Only a few values of each response are kept.
        using var held = new RunMemory(memory);
        using var read = new HttpBody(response, use, held);
        await read.ReadAsync(cancellationToken);
        connections.Trace.Explanation?.Received(read.Excerpt());
        var mediaType = read.Type.MediaType is { Length: > 0 } written ? written.ToLowerInvariant() : "no content type";
        return new DaguAnswer(response.StatusCode, mediaType,
            mediaType == "application/json"
                ? await ParseAsync(read, path, isRequired: response.StatusCode == HttpStatusCode.OK, cancellationToken)
                : null)
        {
            Text = use.IsText ? TextOf(read.Text(cancellationToken)) : null,
            At = sent + roundTrip / 2,
            RoundTrip = roundTrip,
            Date = response.Headers.Date,
        };
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

    // A part of a text is no more use than none.
    private static string? TextOf(object? text) => text is null or Partial ? null : ValueText.Span(text).ToString();

    /// <summary>A failure, with what was observed so far.</summary>
    public CheckFailedException Failed(ErrorType type, string message) => new(type, message, connections.Trace.Observed);
}
