using System.Net;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Bodies;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>
/// Calls Dagu's API over one connection per run. Outside the API, any path returns 200 with Dagu's web page, so only JSON counts as a
/// response. Resources are named by their path below the API's, such as <c>/queues</c>.
/// </summary>
internal sealed class DaguApi(DaguSettings settings, DaguHttp http)
{
    // Version 1.16 has v1; 1.17 to 1.30 have v2 beside an older v1; since 2.0 what was v2 is v1.
    private const string Second = "/api/v2", First = "/api/v1";

    private static readonly BodyUse TextUse = new(DaguHttp.LargestAnswer, DaguHttp.LargestAnswer, IsText: true, []);

    /// <summary>The path of the API; found by <see cref="FindAsync"/>.</summary>
    public string Prefix => http.Known.Prefix ?? throw new InvalidOperationException("the API was not found yet");

    /// <summary>Finds the API by its health endpoint and returns the response.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.Protocol"/>: there is none at this URL.</exception>
    public async Task<(DaguHealth Health, DaguAnswer Answer)> FindAsync(CancellationToken cancellationToken)
    {
        DaguAnswer? last = null;
        string[] prefixes = http.Known.Prefix is { } remembered ? [remembered, Second, First] : [Second, First];
        foreach (var prefix in prefixes)
        {
            var path = prefix + "/health";
            var answer = await http.SendAsync(HttpMethod.Get, path, null, DaguShapes.Health.Use, cancellationToken);
            Allow(answer, path, DaguRole.Viewer);
            if (answer.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("status", out _)
                && json.TryGetProperty("version", out _))
            {
                http.Known = http.Known with { Prefix = prefix };
                return (Read(answer, path, DaguShapes.Health), answer);
            }

            // Of two failures, a web page says more than an error.
            last = last?.MediaType == "text/html" ? last : answer;
        }

        throw Failed(ErrorType.Protocol, last!.MediaType == "text/html"
            ? $"{settings.Url} returned text/html, a web page rather than Dagu's API; check the base path of the URL"
            : $"{settings.Url} returned {(int)last.Status} {last.MediaType}, not Dagu's API; check the URL");
    }

    /// <summary>A resource; null if this version or setup has no such route.</summary>
    /// <param name="path">The path, with the query.</param>
    /// <param name="shape">What is read.</param>
    /// <param name="needs">The role that Dagu requires for it.</param>
    /// <param name="cancellationToken">Cancelled at the run's deadline.</param>
    /// <exception cref="CheckFailedException">It was refused, or is not what it should be.</exception>
    public async Task<T?> GetAsync<T>(string path, DaguShape<T> shape, DaguRole needs, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await AskAsync(path, shape, cancellationToken);
        return ReadOptional(answer, path, shape, needs);
    }

    /// <summary>The body of a response; null if this version or setup has no such route.</summary>
    /// <exception cref="CheckFailedException">It was refused, or is not what it should be.</exception>
    public T? ReadOptional<T>(DaguAnswer answer, string path, DaguShape<T> shape, DaguRole needs) where T : class
    {
        Allow(answer, Prefix + path, needs);
        return answer.IsNoRoute ? null : Read(answer, Prefix + path, shape);
    }

    /// <summary>The response to a GET, whatever its status except 401.</summary>
    /// <exception cref="CheckFailedException"><see cref="ErrorType.Authentication"/>: the credentials are missing or wrong.</exception>
    public Task<DaguAnswer> AskAsync<T>(string path, DaguShape<T> shape, CancellationToken cancellationToken) =>
        http.SendAsync(HttpMethod.Get, Prefix + path, null, shape.Use, cancellationToken);

    /// <summary>The response to a POST with a JSON object, whatever its status except 401 and 403.</summary>
    /// <param name="path">The path.</param>
    /// <param name="body">The JSON object; Dagu answers 500 without one.</param>
    /// <param name="shape">What is read.</param>
    /// <param name="needs">The role that Dagu requires for it.</param>
    /// <param name="cancellationToken">Cancelled at the run's deadline.</param>
    /// <exception cref="CheckFailedException">It was refused.</exception>
    public async Task<DaguAnswer> PostAsync<T>(
        string path, JsonElement? body, DaguShape<T> shape, DaguRole needs, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(HttpMethod.Post, Prefix + path, body?.GetRawText() ?? "{}", shape.Use, cancellationToken);
        Allow(answer, Prefix + path, needs);
        return answer;
    }

    /// <summary>The response to a DELETE, whatever its status except 401 and 403.</summary>
    /// <exception cref="CheckFailedException">It was refused.</exception>
    public async Task<DaguAnswer> DeleteAsync(string path, DaguRole needs, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(HttpMethod.Delete, Prefix + path, null, DaguShapes.Started.Use, cancellationToken);
        Allow(answer, Prefix + path, needs);
        return answer;
    }

    /// <summary>A resource that is text, such as the metrics; null if it is unavailable to these credentials or in this version.</summary>
    public async Task<string?> TextAsync(string path, CancellationToken cancellationToken) =>
        await http.SendAsync(HttpMethod.Get, Prefix + path, null, TextUse, cancellationToken) is
            { IsSuccess: true, MediaType: "text/plain" } answer
            ? answer.Text
            : null;

    /// <summary>The body of a response that succeeded.</summary>
    /// <exception cref="CheckFailedException">It did not succeed, or is not what it should be.</exception>
    public T Read<T>(DaguAnswer answer, string path, DaguShape<T> shape) where T : class
    {
        if (!answer.IsSuccess)
        {
            throw answer.Status switch
            {
                HttpStatusCode.GatewayTimeout => Failed(ErrorType.Timeout, $"{path} returned {answer}"),
                HttpStatusCode.InternalServerError when answer.MediaType != "text/html" =>
                    Failed(ErrorType.UnexpectedStatus, DaguRunbook.With(
                    $"{path} returned {answer}, as when the data directory cannot be read", DaguRunbook.DataDirectory)),
                _ => Failed(ErrorType.UnexpectedStatus, $"{path} returned {answer}"),
            };
        }

        try
        {
            return answer.Json?.Deserialize(shape.Type)
                ?? throw Failed(ErrorType.Protocol, $"{path} returned {answer.MediaType}, not JSON");
        }
        catch (JsonException e)
        {
            throw Failed(ErrorType.Protocol, $"{path} is not what Dagu's API describes: {e.Path}");
        }
    }

    /// <summary>Fails on what these credentials may not do, naming the role that may.</summary>
    private void Allow(DaguAnswer answer, string path, DaguRole needs)
    {
        if (answer.IsForbidden)
        {
            throw Failed(ErrorType.Authorization, $"{path} is forbidden{(answer.Message is { } said ? $" ({said})" : "")}: "
                + (answer.Json is null
                    ? "the address is not allowed, or the API key is not for the REST API"
                    : $"it needs the role {Name(needs)} or higher"));
        }
    }

    private static string Name(DaguRole role) => role.ToString().ToLowerInvariant();

    private CheckFailedException Failed(ErrorType type, string message) => http.Failed(type, message);
}
