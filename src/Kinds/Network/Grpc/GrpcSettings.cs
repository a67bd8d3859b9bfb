using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Grpc;

/// <summary>The settings of kind <c>grpc</c>, resolved.</summary>
internal sealed record GrpcSettings
{
    private const string Plain = "grpc", Secured = "grpcs";

    private static readonly string[] Schemes = [Plain, Secured, Uri.UriSchemeHttp, Uri.UriSchemeHttps];

    /// <summary>Where the server is, without more.</summary>
    public static readonly Setting<NetworkAddress?> Address = new(
        "address", NetworkSettings.AddressShape, "`host:port` or `[v6]:port`; or write `url`", NetworkSettings.ReadAddress);

    private static readonly Setting<Uri?> Url = new Setting<Uri?>(
        "url", SettingShape.Matching("URL", $"^({string.Join('|', Schemes)})://"),
        "in place of `address`: `grpc://HOST:PORT`, or `grpcs://` with TLS; `http://` and `https://` mean the same. A path is the service",
        static (settings, key) => settings.Has(key) ? NetworkSettings.ReadUrl(settings, key, Schemes) : null)
        .Taking(UrlValues.Form);

    private static readonly Setting<string?> Service = Setting.Text(
        "service", "the name that the server is asked about; without one, the server as a whole").Taking(CapturedForms.Line);

    private static readonly Setting<IReadOnlyDictionary<string, string>> Headers = Setting.Map(
        "headers",
        "a mapping of metadata that is sent; values are secrets, except in headers known to hold none. Values of names that end in `-bin` "
        + "are written in Base64").Taking(HeaderValues.Form);

    private static readonly Setting<bool?> TlsEnabled = new(
        "enabled", SettingShape.Boolean, "whether TLS is spoken to an `address`", static (settings, key) => settings.Boolean(key))
    {
        DefaultNote = "`true` where `tls` is written",
    };

    private static readonly Setting<(TlsSettings Settings, bool? IsEnabled)> Tls = Setting.Section(
        "tls", "how the connection is secured", [TlsEnabled, .. TlsSettings.All],
        static tls => (TlsSettings.Read(tls), (bool?)(tls.Get(TlsEnabled) ?? true)), (new TlsSettings(), null));

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All = [Address, Url, Service, Headers, .. HttpCredentials.All, Tls];

    /// <summary>The server, by <c>http</c> or <c>https</c>, without a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>The service that it is asked about; empty for the server as a whole.</summary>
    public required string ServiceName { get; init; }

    /// <summary>What is sent beside what gRPC sends by itself.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> SentHeaders { get; init; }

    /// <summary>How it is sent.</summary>
    public required HttpConnectionOptions Connection { get; init; }

    /// <summary>Reads what the operator wrote.</summary>
    public static GrpcSettings Read(PlanContext context)
    {
        var settings = context.Settings;
        var ((tls, isEnabled), headers) = (settings.Get(Tls), ReadHeaders(settings));
        var url = context.Complete(ReadServer(settings, isEnabled));
        if (HttpCredentials.Read(settings, url) is { } credentials && !headers.ContainsKey("Authorization"))
        {
            headers.Add("Authorization", credentials.ToString());
        }

        return new GrpcSettings
        {
            Server = new UriBuilder(url.Scheme, url.IdnHost, url.Port).Uri,
            ServiceName = settings.Get(Service) ?? Uri.UnescapeDataString(url.AbsolutePath[1..]),
            SentHeaders = [.. headers],
            Connection = new HttpConnectionOptions { Tls = tls, Policy = context.Policy, Share = true },
        };
    }

    private static Uri ReadServer(SettingsReader settings, bool? isTlsEnabled)
    {
        var (address, url) = (settings.Get(Address), settings.Get(Url));
        if (settings.Has(Address) == settings.Has(Url))
        {
            settings.Reject(settings.Has(Url) ? Url : Address, "write either 'address' or 'url'");
        }

        if (url is not null)
        {
            var isSecured = url.Scheme is Secured or "https";
            if (isTlsEnabled is true && settings.Has(Tls) && !isSecured)
            {
                settings.Reject(Tls, $"this URL is without TLS; write {Secured}://");
            }

            return new UriBuilder(url) { Scheme = SchemeOf(isSecured), Port = PortOf(url, isSecured) }.Uri;
        }

        var server = address ?? new NetworkAddress("localhost", 1);
        return new UriBuilder(SchemeOf(isTlsEnabled is true), server.Host, server.Port).Uri;
    }

    private static string SchemeOf(bool isSecured) => isSecured ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    private static int PortOf(Uri url, bool isSecured) => url.Port > 0 ? url.Port : isSecured ? 443 : 80;

    private static Dictionary<string, string> ReadHeaders(SettingsReader settings)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings.Get(Headers))
        {
            if (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
                || name.Equals("TE", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                settings.Reject(Headers, $"'{name}' is gRPC's own; remove it");
            }
            else if (HttpRequestTemplate.Problem(name, value) is { } problem)
            {
                settings.Reject(Headers, problem);
            }

            settings.AddHeader(name, value);
            headers[name] = value;
        }

        return headers;
    }
}
