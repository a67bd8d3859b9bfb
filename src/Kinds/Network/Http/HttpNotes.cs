using HealthAgent.Explanation;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>HTTP requests and responses as an explanation has them.</summary>
internal static class HttpNotes
{
    private const string Hidden = "…";

    /// <summary>Notes a request. Only headers that hold no secrets are shown.</summary>
    /// <param name="explanation">Takes it.</param>
    /// <param name="request">The request.</param>
    /// <param name="isOwn">Whether the URL is the configured one, and not one that a server redirected to.</param>
    /// <returns>Its position, for the response.</returns>
    public static int Requested(this RunExplanation explanation, HttpRequestMessage request, bool isOwn)
    {
        var url = request.RequestUri!;
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default);
        return explanation.Requested(
            request.Method.Method,
            isOwn ? WithoutUser(url) : WithoutQuery(WithoutUser(url)),
            headers.Select(static header => KeyValuePair.Create(
                header.Key, SecretHeaders.IsHarmless(header.Key) ? header.Value.ToString() : Hidden)));
    }

    /// <summary>Notes the head of a response.</summary>
    /// <param name="explanation">Takes it.</param>
    /// <param name="request">The position of the request.</param>
    /// <param name="response">The response.</param>
    public static void Responded(this RunExplanation explanation, int request, HttpResponseMessage response)
    {
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated);
        explanation.Responded(
            request,
            (int)response.StatusCode,
            response.ReasonPhrase,
            response.Version.ToString(2),
            headers.SelectMany(static header => header.Value.Select(value => KeyValuePair.Create(header.Key, Shown(header.Key, value)))));
    }

    /// <summary>A header of a response: cookies, and the queries of URLs, may be credentials that nobody here knows.</summary>
    private static string Shown(string name, string value) => name.ToLowerInvariant() switch
    {
        "set-cookie" => CookieWithoutValue(value),
        "location" or "content-location" when Uri.TryCreate(value, UriKind.Absolute, out var url) && !url.IsFile =>
            WithoutQuery(WithoutUser(url)),
        "location" or "content-location" or "refresh" or "link" => WithoutQuery(value),
        _ => value,
    };

    private static string CookieWithoutValue(string cookie)
    {
        var (name, end) = (cookie.IndexOf('=', StringComparison.Ordinal), cookie.IndexOf(';', StringComparison.Ordinal));
        return name < 0 ? Hidden : string.Concat(cookie.AsSpan(0, name + 1), Hidden, end < name ? "" : cookie.AsSpan(end));
    }

    private static string WithoutUser(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);

    private static string WithoutQuery(string url)
    {
        var query = url.AsSpan().IndexOfAny('?', '#');
        return query < 0 ? url : string.Concat(url.AsSpan(0, query + 1), Hidden);
    }
}
