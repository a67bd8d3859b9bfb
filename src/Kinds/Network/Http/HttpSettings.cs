using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>The settings of kind <c>http</c>, resolved. What of the body is kept depends on the conditions.</summary>
internal sealed record HttpSettings
{
    private const double DefaultMaxBody = 1024 * 1024;
    private const double LargestMaxBody = 64 * 1024 * 1024;

    /// <summary>What is sent: method, URL, headers with the credentials, and body.</summary>
    public required HttpRequestTemplate Request { get; init; }

    /// <summary>How it is sent.</summary>
    public required HttpConnectionOptions Connection { get; init; }

    /// <summary>Whether redirects are followed. Not unless asked for: a redirect to a login page is not health.</summary>
    public required bool FollowsRedirects { get; init; }

    /// <summary>How much of the body is read, in bytes.</summary>
    public required long MaxBody { get; init; }

    /// <summary>The expectations of the status: while one is missed, the status says enough, whatever the body is.</summary>
    public required IReadOnlyList<Condition> ExpectedStatus { get; init; }

    /// <summary>Whether a condition speaks of the body's text.</summary>
    public required bool NeedsBody { get; init; }

    /// <summary>Whether a condition speaks of the body's size after decoding.</summary>
    public required bool NeedsBodySize { get; init; }

    /// <summary>Whether a condition speaks of the body's size on the wire.</summary>
    public required bool NeedsTransferSize { get; init; }

    /// <summary>Whether a condition speaks of a header.</summary>
    public required bool NeedsHeaders { get; init; }

    /// <summary>What conditions look at of the body as JSON.</summary>
    public required IReadOnlyList<JsonUse> Json { get; init; }

    /// <summary>How a body that conditions speak of is read.</summary>
    public BodyUse Body => field ??= new BodyUse(MaxBody, MaxBody, NeedsBody, Json);

    /// <summary>Reads what the operator wrote.</summary>
    public static HttpSettings Read(SettingsReader settings, Conditions conditions)
    {
        var url = settings.Url("url", Uri.UriSchemeHttp, Uri.UriSchemeHttps);
        var maxBody = settings.Size("maxBody") ?? DefaultMaxBody;
        if (maxBody > LargestMaxBody)
        {
            settings.Reject("maxBody", "at most 64MiB of a body are read");
        }

        // In this order: of credentials and a header Authorization, the header is sent.
        IEnumerable<KeyValuePair<string, string>> headers = ReadHeaders(settings);
        headers = settings.Authorization(url) is { } credentials ? headers.Prepend(new("Authorization", credentials.ToString())) : headers;
        return new HttpSettings
        {
            Request = new HttpRequestTemplate(
                ReadMethod(settings), new UriBuilder(url) { UserName = "", Password = "" }.Uri, headers, settings.Text("body")),
            Connection = new HttpConnectionOptions { SkipVerify = settings.SkipVerify() },
            FollowsRedirects = settings.Boolean("followRedirects") ?? false,
            MaxBody = (long)maxBody,
            ExpectedStatus = [.. conditions.Expect.Where(condition => condition.Value.Name == "status")],
            NeedsBody = conditions.Use("body"),
            NeedsBodySize = conditions.Use("bodySize"),
            NeedsTransferSize = conditions.Use("transferSize"),
            NeedsHeaders = conditions.Use("header"),
            Json = conditions.JsonUses("json"),
        };
    }

    private static HttpMethod ReadMethod(SettingsReader settings)
    {
        var method = settings.Text("method") ?? "GET";
        if (method.Length is 0 or > 20 || method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
        {
            settings.Reject("method", $"'{method}' is not a method; write it in capitals, such as GET, HEAD, POST");
            return HttpMethod.Get;
        }

        if (method == HttpMethod.Connect.Method)
        {
            settings.Reject("method", "CONNECT is a request to a proxy; to see whether a port is open, use the kind tcp");
        }

        return HttpMethod.Parse(method);
    }

    private static IReadOnlyDictionary<string, string> ReadHeaders(SettingsReader settings)
    {
        var headers = settings.Map("headers");
        foreach (var (name, value) in headers)
        {
            if (HttpRequestTemplate.Problem(name, value, settings.Has("body")) is { } problem)
            {
                settings.Reject("headers", problem);
            }

            settings.ConcealHeader(name, value);
        }

        return headers;
    }
}
