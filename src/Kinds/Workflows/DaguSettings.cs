using System.Net.Http.Headers;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network;
using HealthAgent.Settings;
using HealthAgent.State;

namespace HealthAgent.Kinds.Workflows;

/// <summary>The settings of kind <c>dagu</c>, resolved.</summary>
internal sealed record DaguSettings
{
    /// <summary>Where Dagu is, base path included, without a slash at the end.</summary>
    public required string Url { get; init; }

    /// <summary>Credentials as they are sent at first, if any.</summary>
    public required AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Who logs in, where Dagu wants a login instead.</summary>
    public required string? Username { get; init; }

    /// <summary>The password of that login.</summary>
    public required string? Password { get; init; }

    /// <summary>Whether any certificate is accepted.</summary>
    public required bool SkipVerify { get; init; }

    /// <summary>Whether only the web server is looked at, not what it needs.</summary>
    public required bool OnlyLiveness { get; init; }

    /// <summary>Whether the workers are counted.</summary>
    public required bool NeedsWorkers { get; init; }

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguSettings Read(SettingsReader settings, Conditions conditions)
    {
        var url = settings.Url("url", Uri.UriSchemeHttp, Uri.UriSchemeHttps);
        if (url.AbsolutePath.Contains("/api/", StringComparison.Ordinal) || url.Query.Length > 0)
        {
            settings.Reject("url", "write where Dagu's page is, with its base path but without /api/…, such as http://dagu:8080");
        }

        var tier = settings.Text("tier");
        if (tier == Tier.Functional.Name())
        {
            settings.Reject("tier", "this kind looks at Dagu itself (liveness) and at its scheduler and queues (dependency); it runs no workflow");
        }

        return new DaguSettings
        {
            Url = url.GetLeftPart(UriPartial.Path).Replace(url.UserInfo + "@", "", StringComparison.Ordinal).TrimEnd('/'),
            Authorization = settings.Authorization(url),
            Username = settings.Text("username"),
            Password = settings.Text("password"),
            SkipVerify = settings.SkipVerify(),
            OnlyLiveness = tier == Tier.Liveness.Name(),
            NeedsWorkers = conditions.Use("workers") || conditions.Use("workers.healthy"),
        };
    }
}
