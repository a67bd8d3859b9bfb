using System.Collections.Frozen;
using System.Text;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>Treats all request headers as secret except well-known harmless ones: a list of secret names always misses one.</summary>
internal static class SecretHeaders
{
    private static readonly FrozenSet<string> Harmless = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers", "Access-Control-Request-Method",
        "Cache-Control", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type",
        "Date", "DNT",
        "Expect", "Forwarded", "From", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "Keep-Alive",
            "Max-Forwards",
        "Origin", "Pragma", "Prefer", "Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests", "User-Agent",
        "Via",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Requested-With");

    /// <summary>Whether a header is known to hold no secret.</summary>
    public static bool IsHarmless(string name) => Harmless.Contains(name);

    /// <summary>
    /// Conceals a header's value unless the header is known to be harmless, and the credentials in it, which may be echoed alone.
    /// </summary>
    public static void AddHeader(this SettingsReader settings, string name, string value)
    {
        if (Harmless.Contains(name))
        {
            return;
        }

        settings.AddSecret(value);
        if (name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase)
            && value.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is [var scheme, var credentials])
        {
            settings.AddSecret(credentials);
            settings.AddSecret(scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(credentials) : null);
        }
        else if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var cookie in value.Split(';', StringSplitOptions.TrimEntries))
            {
                settings.AddSecret(cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            }
        }
    }

    /// <summary>The password in Basic credentials, RFC 7617; null if there is none.</summary>
    private static string? PasswordOf(string credentials)
    {
        var bytes = new byte[credentials.Length];
        var pair = Convert.TryFromBase64String(credentials, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
        return pair.Split(':', 2) is [_, var password] ? password : null;
    }
}
