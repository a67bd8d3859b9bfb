using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network;

/// <summary>The settings that network kinds share, each with one spelling and one error.</summary>
internal static partial class NetworkSettings
{
    /// <summary>Reads a required <c>host:port</c>.</summary>
    public static NetworkAddress Address(this SettingsReader settings, string key)
    {
        var text = settings.RequiredText(key);
        if (NetworkAddress.Parse(text) is { } address)
        {
            settings.TalksTo(address.Host);
            return address;
        }

        if (text.Length > 0)
        {
            // It is not repeated: what was glued to it may be a password.
            settings.Reject(key, "this is not an address; write HOST:PORT, such as 127.0.0.1:5432");
        }

        return new NetworkAddress("localhost", 1);
    }

    /// <summary>Reads a required URL of one of the schemes.</summary>
    public static Uri Url(this SettingsReader settings, string key, params string[] schemes)
    {
        var text = settings.RequiredText(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && schemes.Contains(uri.Scheme, StringComparer.Ordinal) && uri.Host.Length > 0)
        {
            var (authority, rest) = Split(text);
            var user = authority[..Math.Max(0, authority.LastIndexOf('@'))];
            settings.ConcealUrlPart(user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            settings.ConcealParameters(uri.Query.TrimStart('?').Split('&').Select(parameter => parameter.Split('=', 2)));

            // http://user:12/34@host may have a port, and a path with an @ in it, or a password with a slash.
            if (!rest.Contains('@', StringComparison.Ordinal) || !authority.AsSpan(authority.LastIndexOf(']') + 1).Contains(':'))
            {
                settings.TalksTo(uri.IdnHost);
                return uri;
            }

            settings.Conceal(text);
            settings.Reject(key,
                "it has an @ behind the host; there write %40, and in a password %40 for @, %2F for /, %3F for ? and %23 for #");
        }
        else if (text.Length > 0)
        {
            settings.Reject(key, $"this is not a URL; write {string.Join(" or ", schemes.Select(scheme => scheme + "://HOST/PATH"))}");
        }

        return new Uri("http://localhost/");
    }

    private static (string Authority, string Remainder) Split(string url)
    {
        var start = Math.Min(url.IndexOf(':', StringComparison.Ordinal) + "://".Length, url.Length);
        var end = url.AsSpan(start).IndexOfAny("/?#\\");
        return end < 0 ? (url[start..], "") : (url.Substring(start, end), url[(start + end)..]);
    }

    /// <summary>Marks a part of a URL as never to be shown: as it is written, and as it is meant.</summary>
    public static void ConcealUrlPart(this SettingsReader settings, string written)
    {
        var meant = Uri.UnescapeDataString(written);
        settings.Conceal(written);
        settings.Conceal(meant);
        settings.Conceal(Uri.EscapeDataString(meant));
    }

    /// <summary>Marks the values of those parameters of a URL as never to be shown whose names say that they are secret.</summary>
    public static void ConcealParameters(this SettingsReader settings, IEnumerable<string[]> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter is [var name, var value] && NamesSecret(Uri.UnescapeDataString(name)))
            {
                settings.ConcealUrlPart(value);
            }
        }
    }

    /// <summary>Whether a parameter's name says that its value is a secret.</summary>
    public static bool NamesSecret(string name) => SecretName().IsMatch(name);

    /// <summary>Reads <c>tls.insecureSkipVerify</c>: whether any certificate is accepted.</summary>
    public static bool SkipVerify(this SettingsReader settings)
    {
        var tls = settings.Section("tls");
        var skip = tls?.Boolean("insecureSkipVerify") ?? false;
        tls?.RejectUnknownKeys();
        return skip;
    }

    /// <summary>Reads what is sent as <c>Authorization</c>: <c>token</c>, or <c>username</c> and <c>password</c>, or those in the URL.</summary>
    public static AuthenticationHeaderValue? Authorization(this SettingsReader settings, Uri url)
    {
        var (username, password, token) = (settings.Text("username"), settings.Secret("password"), settings.Secret("token"));
        var inUrl = url.UserInfo.Length > 0 ? Uri.UnescapeDataString(url.UserInfo) : null;
        if (token is not null)
        {
            if (username is not null || inUrl is not null)
            {
                settings.Reject("token", "a token and a username cannot both be used");
            }

            if (HttpRequestTemplate.Problem("Authorization", token) is not null)
            {
                settings.Reject("token", "a token has no control characters, such as line breaks");
                return null;
            }

            return new AuthenticationHeaderValue("Bearer", token);
        }

        var pair = username is not null || password is not null ? $"{username}:{password}" : inUrl;
        if (pair is null)
        {
            return null;
        }

        // As it is sent: a target that echoes its request must not give the password away.
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        settings.Conceal(encoded);
        return new AuthenticationHeaderValue("Basic", encoded);
    }

    [GeneratedRegex("passw|passphrase|pwd|secret|token|credential|signature|api_?-?key|access_?-?key|^(psw|pass|key|sig|auth|code)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SecretName();
}
