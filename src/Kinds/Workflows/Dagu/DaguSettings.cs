using System.Net.Http.Headers;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The settings of kind <c>dagu</c>, resolved.</summary>
internal sealed record DaguSettings
{
    private static readonly Setting<Uri> PageUrl = NetworkSettings.Url(
        "url",
        "where Dagu's page is, with its base path, without `/api/…`; "
        + "the path of the API is found by itself (`/api/v2` or `/api/v1`, by version)",
        Uri.UriSchemeHttp, Uri.UriSchemeHttps);

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [PageUrl, .. HttpCredentials.All, TlsSettings.Tls, .. DaguDependencySettings.All, .. DaguFunctionalSettings.All];

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

    /// <summary>How deep the check looks.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The longest time between two runs that belong together: three intervals, after which a check is stale.</summary>
    public required TimeSpan LongestPause { get; init; }

    /// <summary>What is expected of what Dagu needs.</summary>
    public required DaguDependencySettings Dependencies { get; init; }

    /// <summary>What is expected of workflows.</summary>
    public required DaguFunctionalSettings Functional { get; init; }

    /// <summary>The conditions, defaults included.</summary>
    private Conditions Conditions { get; init; } = new([], []);

    /// <summary>Whether a condition that the operator wrote refers to one of these values.</summary>
    public bool AsksFor(params IEnumerable<string> values) => values.Any(value => Conditions.Expect.Concat(Conditions.Warn)
        .Any(condition => !condition.IsDefault && condition.Uses(value)));

    /// <summary>Whether a condition that the operator wrote refers to one of these values.</summary>
    public bool AsksFor(IEnumerable<ObservedValue> values) => AsksFor(values.Select(static value => value.Name));

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguSettings Read(PlanContext context)
    {
        var settings = context.Settings;
        var url = settings.Get(PageUrl);
        if (url.AbsolutePath.Contains("/api/", StringComparison.Ordinal) || url.Query.Length > 0)
        {
            settings.Reject(PageUrl, "write where Dagu's page is, with its base path but without /api/…, such as http://dagu:8080");
        }

        return new DaguSettings
        {
            Host = url.IdnHost,
            Url = url.GetLeftPart(UriPartial.Path).Replace(url.UserInfo + "@", "", StringComparison.Ordinal).TrimEnd('/'),
            Authorization = HttpCredentials.Read(settings, url),
            Username = settings.Get(HttpCredentials.Username),
            Password = settings.Get(HttpCredentials.Password),
            Security = settings.Get(TlsSettings.Tls),
            Tier = context.Tier,
            LongestPause = 3 * context.Interval,
            Dependencies = DaguDependencySettings.Read(context),
            Functional = DaguFunctionalSettings.Read(context),
            Conditions = context.Conditions,
        };
    }
}
