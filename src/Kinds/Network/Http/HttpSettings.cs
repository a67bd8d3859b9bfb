using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>The settings of kind <c>http</c>, resolved. What of the body is kept depends on the conditions.</summary>
internal sealed record HttpSettings
{
    private const long DefaultMaxBody = 1024 * 1024;
    private const long LargestMaxBody = 64 * 1024 * 1024;

    /// <summary>What is asked.</summary>
    public static readonly Setting<Uri> Url = NetworkSettings.Url(
        "url", "`http://` or `https://`; credentials in it are sent as Basic and never shown", Uri.UriSchemeHttp, Uri.UriSchemeHttps)
        .Taking(UrlValues.Form);

    private static readonly Setting<HttpMethod> Method =
        new("method", SettingShape.Matching("method", "^[A-Z]{1,20}$"), "in capitals", ReadMethod) { Default = "GET" };

    private static readonly Setting<IReadOnlyDictionary<string, string>> Headers = Setting.Map(
        "headers",
        "a mapping of further headers; they replace those that the agent sends by itself: `User-Agent: health-agent`, "
        + "`Accept-Encoding: gzip, deflate, br`, and `Authorization` made from credentials. `Content-Type` and the like are sent without a "
        + "body too. `Content-Length` and `Transfer-Encoding` follow from `body` and cannot be written. Values are secrets, except in "
        + "headers known to hold none, such as `Accept`, `Content-Type`, `Host`, `User-Agent`").Taking(HeaderValues.Form);

    private static readonly Setting<string?> SentBody = Setting.Text(
        "body",
        "what is sent, in the charset of the header `Content-Type`; without that header, an object or array of JSON is `application/json`, "
        + "all else `text/plain; charset=utf-8`")
        .Taking(BodyValues.Form("headers"));

    private static readonly Setting<bool> FollowRedirects = Setting.Boolean(
        "followRedirects",
        "up to five, see [below](#redirects); not followed unless asked for, since a redirect to a login page is not health",
        byDefault: false);

    private static readonly Setting<long> ReadBody = Setting.Size(
        "maxBody", "how much of the body is read, counted after decompression; at most `64MiB`; `0` reads none",
        DefaultMaxBody, 0, LargestMaxBody);

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [Url, Method, Headers, SentBody, .. HttpCredentials.All, FollowRedirects, ReadBody, TlsSettings.Tls];

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
    public static HttpSettings Read(PlanContext context)
    {
        var (settings, conditions) = (context.Settings, context.Conditions);
        var url = context.Complete(settings.Get(Url));

        // In this order: of credentials and a header Authorization, the header is sent.
        IEnumerable<KeyValuePair<string, string>> headers = ReadHeaders(settings);
        headers = HttpCredentials.Read(settings, url) is { } credentials
            ? headers.Prepend(new("Authorization", credentials.ToString()))
            : headers;
        return new HttpSettings
        {
            Request = new HttpRequestTemplate(
                settings.Get(Method), new UriBuilder(url) { UserName = "", Password = "" }.Uri, headers, settings.Get(SentBody)),
            Connection = new HttpConnectionOptions { Tls = settings.Get(TlsSettings.Tls), Policy = context.Policy },
            FollowsRedirects = settings.Get(FollowRedirects),
            MaxBody = settings.Get(ReadBody),
            ExpectedStatus = [.. conditions.Expect.Where(condition => condition.Value.Name == "status")],
            NeedsBody = conditions.Use("body"),
            NeedsBodySize = conditions.Use("bodySize"),
            NeedsTransferSize = conditions.Use("transferSize"),
            NeedsHeaders = conditions.Use("header"),
            Json = conditions.JsonUses("json"),
        };
    }

    private static HttpMethod ReadMethod(SettingsReader settings, string key)
    {
        var method = settings.Text(key) ?? "GET";
        if (method.Length is 0 or > 20 || method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
        {
            settings.Reject(key, $"'{method}' is not a method; write it in capitals, such as GET, HEAD, POST");
            return HttpMethod.Get;
        }

        if (method == HttpMethod.Connect.Method)
        {
            settings.Reject(key, "CONNECT is a request to a proxy; to see whether a port is open, use the kind tcp");
        }

        return HttpMethod.Parse(method);
    }

    private static IReadOnlyDictionary<string, string> ReadHeaders(SettingsReader settings)
    {
        var headers = settings.Get(Headers);
        foreach (var (name, value) in headers)
        {
            if (HttpRequestTemplate.Problem(name, value, settings.Has(SentBody)) is { } problem)
            {
                settings.Reject(Headers, problem);
            }

            settings.AddHeader(name, value);
        }

        return headers;
    }
}
