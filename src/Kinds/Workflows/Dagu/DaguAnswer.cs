using System.Net;
using System.Text.Json;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>One response of Dagu's API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">The content type in small letters, without parameters.</param>
/// <param name="Json">The body; null unless it is valid JSON of type <c>application/json</c>.</param>
internal sealed record DaguAnswer(HttpStatusCode Status, string MediaType, JsonElement? Json)
{
    /// <summary>The body; null unless it is text.</summary>
    public string? Text { get; init; }

    /// <summary>Midway between sending the request and receiving the headers, by the agent's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The time between sending the request and receiving the headers.</summary>
    public required TimeSpan RoundTrip { get; init; }

    /// <summary>The <c>Date</c> header, in whole seconds.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Whether it succeeded.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether this version or setup has no such route. An object that does not exist is a 404 in JSON instead.</summary>
    public bool IsNoRoute =>
        (Status == HttpStatusCode.NotFound && !IsError) || Status is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed;

    /// <summary>Whether the role of the credentials, or the server's permissions, forbid it.</summary>
    public bool IsForbidden => Status == HttpStatusCode.Forbidden;

    /// <summary>Dagu's error message; null if there is none.</summary>
    public string? Message =>
        Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("message", out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Whether it is an error object of the API.</summary>
    private bool IsError => Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out _);

    /// <summary>The status with Dagu's own message, for reasons.</summary>
    public override string ToString() => Message is { Length: > 0 } message ? $"{(int)Status}: {message}" : $"{(int)Status}";
}
