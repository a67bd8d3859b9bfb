using HealthAgent.Security;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of JSON Web Tokens.</summary>
internal static class JwtSettings
{
    private static readonly Setting<string> Issuer = Setting.RequiredText(
        "issuer",
        "the `iss` of the tokens, under which `/.well-known/openid-configuration` says where the keys are; https, unless on loopback");

    private static readonly Setting<string> Audience = Setting.RequiredText("audience", "the `aud` of the tokens, or one of these");

    private static readonly Setting<string?> RoleClaim = Setting.Text(
        "roleClaim", "the claim with the caller's roles, a text or a list; `realm_access.roles` is `roles` within `realm_access`")
        .With(byDefault: "roles");

    private static readonly Setting<IReadOnlyDictionary<string, string>> Roles =
        Setting.Map("roles", "`viewer` or `operator` by value of that claim").With(isRequired: true);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All = [Issuer, Audience, RoleClaim, Roles];

    /// <summary>Reads what is written; null where it is wrong.</summary>
    public static JwtRules? Read(SettingsReader settings)
    {
        var issuer = settings.Get(Issuer);
        var isIssuer = IsIssuer(issuer);
        if (issuer.Length > 0 && !isIssuer)
        {
            settings.Reject(
                Issuer, $"'{issuer}' is not an issuer; write https://HOST/PATH as the tokens have it in 'iss', or http:// on loopback");
        }

        var roles = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var (value, word) in settings.Get(Roles))
        {
            if (AccessWords.Roles.TryGetValue(word, out var role))
            {
                roles[value] = role;
            }
            else
            {
                settings.Reject(Roles, $"'{word}' is not valid{Suggestion.For(word, AccessWords.Roles.Keys)}");
            }
        }

        if (roles.Count == 0 && !settings.Has(Roles))
        {
            settings.Reject(Roles, "'roles' is required, such as { health-viewer: viewer }: without, no token gives a role");
        }

        var (audience, claim) = (settings.Get(Audience), settings.Get(RoleClaim) ?? RoleClaim.Default!);
        return isIssuer && audience.Length > 0 ? new JwtRules(issuer, audience, claim, roles) : null;
    }

    private static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Query: "", Fragment: "", UserInfo: "" }
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && Loopback.Is(uri)));
}
