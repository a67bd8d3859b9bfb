using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of <c>agent.listen</c>: addresses, or mappings that say more.</summary>
internal static class ListenerSettings
{
    /// <summary>What to write as an address to listen on.</summary>
    public const string Remedy = "write http://IP:PORT, such as http://127.0.0.1:9464, or http://*:9464 for all addresses";

    private const string SecureRemedy =
        "https needs a certificate; write { url: \"https://*:9443\", certificate: FILE, key: FILE }";

    private static readonly Setting<string> Url = Setting.RequiredText(
        "url", "the address, such as `http://127.0.0.1:9464` or `https://*:9443`; `*` is all addresses, IPv6 and IPv4");

    private static readonly Setting<IReadOnlyList<LocatedText>> Serve = Setting.Texts(
        "serve", "what is served there: `probes`, `health`, `metrics`, `page`, `api`, `actions`; all else is 404 there").With(note: "all");

    private static readonly Setting<string?> Certificate = Setting.Text(
        "certificate", "the file in PEM of the certificate for https, with its intermediates; read again when it changes");

    private static readonly Setting<string?> Key =
        Setting.Text("key", "the file in PEM of its private key").With(note: "in `certificate`");

    private static readonly Setting<string?> ClientAuthority = Setting.Text(
        "clientAuthority", "the file in PEM of the authorities that issue certificates of callers; callers are asked for one then");

    /// <summary>The settings of the long form.</summary>
    public static readonly IReadOnlyList<Setting> All = [Url, Serve, Certificate, Key, ClientAuthority];

    /// <summary>The setting: an address, a mapping, or a list of either.</summary>
    public static readonly Setting<IReadOnlyList<Listener>> Listen = new(
        "listen",
        new SettingShape("list", "array", "string", "object")
        {
            Items = new SettingShape("address", "string").OrMapping(All), Settings = All,
        },
        "the addresses to listen on, or mappings with `url` and what is served there; `*` is all addresses",
        Read)
    {
        Default = "http://127.0.0.1:9464",
    };

    /// <summary>
    /// Reads an address: <c>http://HOST:PORT</c> or <c>https://HOST:PORT</c> and nothing behind it, the host being no name but localhost;
    /// <c>*</c> and <c>+</c> are <c>[::]</c>.
    /// </summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(
            text.Replace("//*", "//[::]", StringComparison.Ordinal).Replace("//+", "//[::]", StringComparison.Ordinal),
            UriKind.Absolute,
            out var uri)
        && uri is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.Host == "localhost")
            ? uri
            : null;

    /// <summary>Reads the short form, an address without a certificate; null, with what is wrong.</summary>
    public static Listener? ParseShort(string text, out string? error)
    {
        var url = Parse(text);
        error = url switch
        {
            null => $"'{text}' is not an address to listen on; {Remedy}",
            { Scheme: "https" } => SecureRemedy,
            _ => null,
        };
        return error is null ? new Listener(url!) : null;
    }

    private static List<Listener> Read(SettingsReader agent, string key)
    {
        var listeners = new List<Listener>();
        foreach (var (text, section) in agent.TextsOrSections(key))
        {
            string? error = null;
            var listener = section is null ? ParseShort(text.Text, out error) : Read(section);
            if (listener is not null)
            {
                listeners.Add(listener);
            }
            else if (error is not null)
            {
                agent.Reject(Listen, text, error);
            }
        }

        return listeners;
    }

    private static Listener? Read(SettingsReader section)
    {
        section.Declare(All);
        var (written, serve) = (section.Get(Url), ReadServe(section));
        var (certificate, key, authority) = (section.Get(Certificate), section.Get(Key), section.Get(ClientAuthority));
        section.RejectUnknownKeys();
        if (Parse(written) is not { } url)
        {
            if (written.Length > 0)
            {
                section.Reject(Url, $"'{written}' is not an address to listen on; {Remedy}");
            }

            return null;
        }

        if (url.Scheme == "https")
        {
            if (certificate is null)
            {
                section.Reject(Url, SecureRemedy);
                return null;
            }

            return ReadTls(section, certificate, key, authority) is { } tls ? new Listener(url, serve) { Tls = tls } : null;
        }

        foreach (var setting in new Setting[] { Certificate, Key, ClientAuthority }.Where(section.Has))
        {
            section.Reject(setting, $"'{setting.Name}' needs https; write https: instead of http: in 'url'");
        }

        return new Listener(url, serve);
    }

    private static Surface ReadServe(SettingsReader section) =>
        section.Has(Serve) ? AccessSettings.ReadSurfaces(section, Serve, also: []) : Surface.All;

    private static ListenerTls? ReadTls(SettingsReader section, string certificate, string? key, string? authority)
    {
        var (own, secret, roots) = (
            Text(section, Certificate, certificate), key is null ? null : Text(section, Key, key),
            authority is null ? null : Text(section, ClientAuthority, authority));
        if (own is null || (key is not null && secret is null) || (authority is not null && roots is null))
        {
            return null;
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(own);
            var authorities = roots is null ? null : new X509Certificate2Collection();
            authorities?.ImportFromPem(roots);
            if (authorities is { Count: 0 })
            {
                section.Reject(ClientAuthority, $"the file '{authority}' holds no certificate in PEM");
                return null;
            }

            var content = new ListenerCertificates(
                CertificateFile.FromPem(own, secret ?? own), chain, authorities, Fingerprint.Of([own, secret ?? "", roots ?? ""]));
            return new ListenerTls(certificate, key, authority) { Content = content };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            section.Reject(
                Certificate,
                $"'{certificate}'{(key is null ? "" : $" and '{key}'")} are not a certificate in PEM and its unencrypted private key");
            return null;
        }
    }

    /// <summary>What a file holds. It is one of the files of the configuration then, whose changes are noticed.</summary>
    private static string? Text(SettingsReader section, Setting setting, string path)
    {
        string? error = null;
        var text = path.Length == 0 || CertificateFile.IsPem(path) ? null : section.ReadFile(path, out error);
        if (text is null || error is not null)
        {
            section.Reject(setting, error ?? "the path of a file is expected here, such as /etc/tls/tls.crt");
            return null;
        }

        return text;
    }
}
