using System.Text.RegularExpressions;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network;

/// <summary>The settings that network kinds share, each with one spelling and one error.</summary>
internal static partial class NetworkSettings
{
    /// <summary>Declares a required <c>host:port</c>.</summary>
    public static Setting<NetworkAddress> RequiredAddress(string name, string description) =>
        new(name, AddressShape, description, static (settings, key) =>
            settings.RequiredText(key).Length > 0 ? ReadAddress(settings, key) ?? Unknown : Unknown)
        {
            IsRequired = true,
        };

    private static readonly NetworkAddress Unknown = new("localhost", 1);

    /// <summary>Declares a required URL of one of the schemes.</summary>
    public static Setting<Uri> Url(string name, string description, params string[] schemes) =>
        new(name, SettingShape.Matching("URL", $"^({string.Join('|', schemes)})://"), description, (settings, key) =>
            ReadUrl(settings, key, schemes))
        {
            IsRequired = true,
        };

    /// <summary>What an address looks like.</summary>
    public static readonly SettingShape AddressShape = SettingShape.Matching("address", @"^[^\s/]+:[0-9]+$");

    /// <summary>Reads a <c>host:port</c>; null when not written.</summary>
    public static NetworkAddress? ReadAddress(SettingsReader settings, string key)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (NetworkAddress.Parse(text) is { } address)
        {
            return address;
        }

        // It is not repeated: what was glued to it may be a password.
        settings.Reject(key, "this is not an address; write HOST:PORT, such as 127.0.0.1:5432");
        return Unknown;
    }

    /// <summary>Reads a required URL of one of the schemes.</summary>
    public static Uri ReadUrl(SettingsReader settings, string key, string[] schemes)
    {
        var text = settings.RequiredText(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && schemes.Contains(uri.Scheme, StringComparer.Ordinal) && uri.Host.Length > 0)
        {
            var (authority, rest) = Split(text);
            var user = authority[..Math.Max(0, authority.LastIndexOf('@'))];
            settings.AddUrlPart(user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            settings.AddParameters(uri.Query.TrimStart('?').Split('&').Select(parameter => parameter.Split('=', 2)));

            // http://user:12/34@host may have a port, and a path with an @ in it, or a password with a slash.
            if (!rest.Contains('@', StringComparison.Ordinal) || !authority.AsSpan(authority.LastIndexOf(']') + 1).Contains(':'))
            {
                return uri;
            }

            settings.AddSecret(text);
            settings.Reject(key,
                "it has an @ behind the host; there write %40, and in a password %40 for @, %2F for /, %3F for ? and %23 for #");
        }
        else if (text.Length > 0)
        {
            settings.Reject(key, $"this is not a URL; write {string.Join(" or ", schemes.Select(scheme => scheme + "://HOST/PATH"))}");
        }

        return new Uri("http://localhost/");
    }

    /// <summary>The host of the first of several servers; null where there is none.</summary>
    public static string? FirstHost(this IReadOnlyList<NetworkAddress> servers) => servers is [var first, ..] ? first.Host : null;

    private static (string Authority, string Remainder) Split(string url)
    {
        var start = Math.Min(url.IndexOf(':', StringComparison.Ordinal) + "://".Length, url.Length);
        var end = url.AsSpan(start).IndexOfAny("/?#\\");
        return end < 0 ? (url[start..], "") : (url.Substring(start, end), url[(start + end)..]);
    }

    /// <summary>Marks a part of a URL as never to be shown: as it is written, and as it is meant.</summary>
    public static void AddUrlPart(this SettingsReader settings, string written)
    {
        var meant = Uri.UnescapeDataString(written);
        settings.AddSecret(written);
        settings.AddSecret(meant);
        settings.AddSecret(Uri.EscapeDataString(meant));
    }

    /// <summary>Marks the values of those parameters of a URL as never to be shown whose names say that they are secret.</summary>
    public static void AddParameters(this SettingsReader settings, IEnumerable<string[]> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter is [var name, var value] && NamesSecret(Uri.UnescapeDataString(name)))
            {
                settings.AddUrlPart(value);
            }
        }
    }

    /// <summary>Whether a parameter's name says that its value is a secret.</summary>
    public static bool NamesSecret(string name) => SecretName().IsMatch(name);

    [GeneratedRegex("passw|passphrase|pwd|secret|token|credential|signature|api_?-?key|access_?-?key|^(psw|pass|key|sig|auth|code)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SecretName();
}
