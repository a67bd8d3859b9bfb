namespace HealthAgent.Endpoints;

/// <summary>The bearer token of a request.</summary>
/// <remarks>Rule: RFC 6750, 2.1.</remarks>
internal static class BearerToken
{
    private const string Bearer = "Bearer ";

    /// <summary>The token that a request carries; null where it has none, or a header of another form.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && header.AsSpan(Bearer.Length).Trim(' ') is { Length: > 0 } token ? token.ToString() : null;
}
