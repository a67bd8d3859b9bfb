using System.Net.Http.Headers;
using System.Text;
using HealthAgent.Configuration;

namespace HealthAgent.Checks.Network;

/// <summary>A host and a port, written <c>host:port</c> or <c>[v6]:port</c>.</summary>
internal sealed record NetworkAddress(string Host, int Port)
{
    /// <inheritdoc />
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>The settings that network kinds share, each with one spelling and one error.</summary>
internal static class NetworkSettings
{
    /// <summary>Reads a required <c>host:port</c>.</summary>
    public static NetworkAddress Address(this SettingsReader settings, string key)
    {
        var text = settings.RequiredText(key);
        if (text.Length > 0 && !text.Contains('/', StringComparison.Ordinal)
            && Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri) && uri is { Port: > 0, UserInfo: "" })
        {
            settings.TalksTo(uri.IdnHost);
            return new NetworkAddress(uri.IdnHost, uri.Port);
        }

        if (text.Length > 0)
        {
            settings.Reject(key, $"'{text}' is not an address; write host:port, such as 127.0.0.1:5432");
        }

        return new NetworkAddress("localhost", 1);
    }

    /// <summary>Reads a required URL of one of the schemes.</summary>
    public static Uri Url(this SettingsReader settings, string key, params string[] schemes)
    {
        var text = settings.RequiredText(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal) && uri.Host.Length > 0)
        {
            settings.TalksTo(uri.IdnHost);
            settings.Conceal(Uri.UnescapeDataString(uri.UserInfo[(uri.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]));
            return uri;
        }

        if (text.Length > 0)
        {
            settings.Reject(key, $"this is not a URL; write {string.Join(" or ", schemes.Select(scheme => scheme + "://HOST/PATH"))}");
        }

        return new Uri("http://localhost/");
    }

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
}
