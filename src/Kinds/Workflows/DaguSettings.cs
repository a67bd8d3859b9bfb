using System.Net.Http.Headers;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows;

/// <summary>The settings of kind <c>dagu</c>, resolved.</summary>
internal sealed record DaguSettings
{
    private static readonly Setting<Uri> PageUrl = NetworkSettings.Url(
        "url",
        "where Dagu's page is, with its base path, without `/api/…`; the path of the API is found by itself (`/api/v2` or `/api/v1`, "
        + "by version)",
        Uri.UriSchemeHttp, Uri.UriSchemeHttps);

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All = [PageUrl, .. HttpCredentials.All, TlsSettings.Tls];

    /// <summary>The host of the URL.</summary>
    public required string Host { get; init; }

    /// <summary>Where Dagu is, base path included, without a slash at the end.</summary>
    public required string Url { get; init; }

    /// <summary>Credentials as they are sent at first, if any.</summary>
    public required AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Who logs in, where Dagu wants a login instead.</summary>
    public required string? Username { get; init; }

    /// <summary>The password of that login.</summary>
    public required string? Password { get; init; }

    /// <summary>How the connection is secured.</summary>
    public required TlsSettings Security { get; init; }

    /// <summary>Whether only the web server is looked at, not what it needs.</summary>
    public required bool OnlyLiveness { get; init; }

    /// <summary>Whether the workers are counted.</summary>
    public required bool NeedsWorkers { get; init; }

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguSettings Read(PlanContext context)
    {
        var (settings, conditions) = (context.Settings, context.Conditions);
        var url = settings.Get(PageUrl);
        if (url.AbsolutePath.Contains("/api/", StringComparison.Ordinal) || url.Query.Length > 0)
        {
            settings.Reject(PageUrl, "write where Dagu's page is, with its base path but without /api/…, such as http://dagu:8080");
        }

        if (context.Tier == Tier.Functional)
        {
            settings.Reject(
                CheckSettings.Tier,
                "this kind looks at Dagu itself (liveness) and at its scheduler and queues (dependency); it runs no workflow");
        }

        return new DaguSettings
        {
            Host = url.IdnHost,
            Url = url.GetLeftPart(UriPartial.Path).Replace(url.UserInfo + "@", "", StringComparison.Ordinal).TrimEnd('/'),
            Authorization = HttpCredentials.Read(settings, url),
            Username = settings.Get(HttpCredentials.Username),
            Password = settings.Get(HttpCredentials.Password),
            Security = settings.Get(TlsSettings.Tls),
            OnlyLiveness = context.Tier == Tier.Liveness,
            NeedsWorkers = conditions.Use("workers") || conditions.Use("workers.healthy"),
        };
    }
}
