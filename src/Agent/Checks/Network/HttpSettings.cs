using System.Net.Http.Headers;
using System.Text;
using HealthAgent.Configuration;

namespace HealthAgent.Checks.Network;

/// <summary>The settings of kind <c>http</c>, resolved. What of the body is kept depends on the conditions.</summary>
internal sealed record HttpSettings
{
    private const string UserAgent = "health-agent";
    private const double DefaultMaxBody = 1024 * 1024;
    private const double LargestMaxBody = 64 * 1024 * 1024;

    /// <summary>The URL without credentials.</summary>
    public required Uri Url { get; init; }

    /// <summary>The method; GET unless written.</summary>
    public required HttpMethod Method { get; init; }

    /// <summary>Further headers of the request.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The request's body, if any.</summary>
    public required string? Body { get; init; }

    /// <summary>Credentials, if any.</summary>
    public required AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>How it is sent. Redirects are not followed unless asked for: a redirect to a login page is not health.</summary>
    public required HttpConnectionOptions Connection { get; init; }

    /// <summary>How much of the body is read, in bytes.</summary>
    public required long MaxBody { get; init; }

    public required bool NeedsBody { get; init; }

    public required bool NeedsHeaders { get; init; }

    public required bool NeedsJson { get; init; }

    /// <summary>Reads what the operator wrote.</summary>
    public static HttpSettings Read(SettingsReader settings, Conditions conditions)
    {
        var url = settings.Url("url", Uri.UriSchemeHttp, Uri.UriSchemeHttps);
        var maxBody = settings.Size("maxBody") ?? DefaultMaxBody;
        if (maxBody > LargestMaxBody)
        {
            settings.Reject("maxBody", "at most 64MiB of a body are read");
        }

        return new HttpSettings
        {
            Url = new UriBuilder(url) { UserName = "", Password = "" }.Uri,
            Method = ReadMethod(settings),
            Headers = ReadHeaders(settings),
            Body = settings.Text("body"),
            Authorization = settings.Authorization(url),
            Connection = new HttpConnectionOptions
            {
                FollowRedirects = settings.Boolean("followRedirects") ?? false,
                SkipVerify = settings.SkipVerify(),
            },
            MaxBody = (long)maxBody,
            NeedsBody = conditions.Use("body"),
            NeedsHeaders = conditions.Use("header"),
            NeedsJson = conditions.Use("json"),
        };
    }

    /// <summary>A new request of the settings.</summary>
    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Url) { Content = Body is null ? null : new StringContent(Body, Encoding.UTF8) };
        request.Headers.Authorization = Authorization;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var (name, value) in Headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && request.Content is not null)
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
                continue;
            }

            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static HttpMethod ReadMethod(SettingsReader settings)
    {
        var method = settings.Text("method") ?? "GET";
        if (method.Length is 0 or > 20 || method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
        {
            settings.Reject("method", $"'{method}' is not a method; write it in capitals, such as GET, HEAD, POST");
            return HttpMethod.Get;
        }

        return new HttpMethod(method);
    }

    private static IReadOnlyDictionary<string, string> ReadHeaders(SettingsReader settings)
    {
        var headers = settings.Map("headers");
        using var probe = new HttpRequestMessage();
        using var content = new ByteArrayContent([]);
        foreach (var (name, value) in headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n') || !(probe.Headers.TryAddWithoutValidation(name, value) || content.Headers.TryAddWithoutValidation(name, value)))
            {
                settings.Reject("headers", $"'{name}' is not a header that can be sent");
            }

            settings.ConcealHeader(name, value);
        }

        return headers;
    }
}
