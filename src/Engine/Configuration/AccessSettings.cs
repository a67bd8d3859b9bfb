using System.Net;
using HealthAgent.Security;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of <c>access</c>.</summary>
internal static class AccessSettings
{
    private const string Details = "details";

    private static readonly Setting<IReadOnlyList<LocatedText>> Anonymous = Setting.Texts(
        "anonymous",
        "what callers without credentials get: `probes`, `health`, `metrics`, `page`, `api`, `actions`; and `details`, to show names")
        .With(byDefault: "[probes, health, metrics]");

    private static readonly Setting<Role?> Loopback = Setting.OneOf(
        "loopback", "the role of callers without credentials on a loopback listener who name a loopback host, such as localhost",
        AccessWords.Roles).With(note: "none; without the section `access`: `operator`");

    private static readonly Setting<IReadOnlyList<LocatedText>> AllowFrom = Setting.Texts(
        "allowFrom", "the addresses and networks that are served, probes included; others get 403").With(note: "all");

    private static readonly Setting<IReadOnlyList<LocatedText>> TrustedProxies = Setting.Texts(
        "trustedProxies", "the addresses and networks of proxies whose `X-Forwarded-For` and `Forwarded` are believed");

    private static readonly Setting<IReadOnlyList<AccessToken>> Tokens =
        Setting.Sections("tokens", "bearer tokens", CredentialSettings.OfTokens, CredentialSettings.ReadToken);

    private static readonly Setting<IReadOnlyList<AccessCertificate>> Certificates = Setting.Sections(
        "clientCertificates", "certificates of callers, issued by the `clientAuthority` of the listener",
        CredentialSettings.OfCertificates, CredentialSettings.ReadCertificate);

    private static readonly Setting<JwtRules?> Jwt =
        Setting.Section<JwtRules?>("jwt", "JSON Web Tokens of an issuer", JwtSettings.All, JwtSettings.Read, null);

    /// <summary>The settings of the section.</summary>
    public static readonly IReadOnlyList<Setting> All = [Anonymous, Loopback, AllowFrom, TrustedProxies, Tokens, Certificates, Jwt];

    /// <summary>The setting.</summary>
    public static readonly Setting<AccessRules> Access =
        Setting.Section("access", "who may see and do what", All, Read, AccessRules.Unwritten);

    /// <summary>Reads a list of surfaces; what is none is noted.</summary>
    /// <param name="settings">Where it stands.</param>
    /// <param name="setting">The list.</param>
    /// <param name="also">Further words that it may hold.</param>
    public static Surface ReadSurfaces(SettingsReader settings, Setting<IReadOnlyList<LocatedText>> setting, params string[] also)
    {
        var surfaces = Surface.None;
        foreach (var written in settings.Get(setting))
        {
            if (AccessWords.Surfaces.TryGetValue(written.Text, out var surface))
            {
                surfaces |= surface;
            }
            else if (!also.Contains(written.Text, StringComparer.Ordinal))
            {
                var known = Suggestion.For(written.Text, [.. AccessWords.Surfaces.Keys, .. also]);
                settings.Reject(setting, written, $"'{written.Text}' is not valid{known}");
            }
        }

        return surfaces;
    }

    private static AccessRules Read(SettingsReader settings)
    {
        var rules = new AccessRules
        {
            IsWritten = true,
            Loopback = settings.Get(Loopback) ?? Role.Anonymous,
            AllowFrom = ReadNetworks(settings, AllowFrom),
            TrustedProxies = ReadNetworks(settings, TrustedProxies),
            Tokens = settings.Get(Tokens),
            Certificates = settings.Get(Certificates),
            Jwt = settings.Get(Jwt),
            Fingerprint = Fingerprint.Of(settings.Canonical(except: "")),
        };
        RejectTwins(settings, Tokens, rules.Tokens.Select(token => token.Name), "name");
        RejectTwins(settings, Certificates, rules.Certificates.Select(certificate => certificate.Name), "name");
        RejectTwins(
            settings, Tokens, rules.Tokens.Where(token => !token.Hash.IsEmpty).Select(token => Convert.ToHexString(token.Hash.Span)), null);
        return !settings.Has(Anonymous) ? rules : rules with
        {
            Anonymous = ReadSurfaces(settings, Anonymous, Details),
            AnonymousSeesDetails = settings.Get(Anonymous).Any(written => written.Text == Details),
        };
    }

    /// <summary>Notes names that are given twice; without <paramref name="what"/>, the same token under two names.</summary>
    private static void RejectTwins(SettingsReader settings, Setting setting, IEnumerable<string> values, string? what)
    {
        foreach (var twin in values.Where(value => value.Length > 0).GroupBy(value => value, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any()))
        {
            settings.Reject(setting, what is null
                ? "two of these are the same token; who uses it could not be told apart"
                : $"the {what} '{twin.Key}' is given twice; names are unique");
        }
    }

    private static List<IPNetwork> ReadNetworks(SettingsReader settings, Setting<IReadOnlyList<LocatedText>> setting)
    {
        var networks = new List<IPNetwork>();
        foreach (var written in settings.Get(setting))
        {
            if (AddressList.Read(written.Text, out var error) is { } network)
            {
                networks.Add(network);
            }
            else
            {
                settings.Reject(setting, written, error!);
            }
        }

        return networks;
    }
}
