using System.Net.Http.Headers;
using System.Text;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>
/// The credentials that are sent as <c>Authorization</c>: <c>token</c>, or <c>username</c> and <c>password</c>, or those in the URL.
/// </summary>
internal static class HttpCredentials
{
    private static readonly Setting<string?> Token = Setting.Secret("token", "sent as Bearer, instead of those").Taking(CapturedForms.Line);

    /// <summary>The user.</summary>
    public static readonly Setting<string?> Username = Setting.Text("username", "sent as Basic").Taking(OfUsername);

    /// <summary>The user's password.</summary>
    public static readonly Setting<string?> Password = Setting.Secret("password", "sent as Basic").Taking(CapturedForms.Line);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All = [Username, Password, Token];

    /// <summary>Reads what is sent; null for nothing.</summary>
    public static AuthenticationHeaderValue? Read(SettingsReader settings, Uri url)
    {
        var (username, password, token) = (settings.Get(Username), settings.Get(Password), settings.Get(Token));
        var inUrl = url.UserInfo.Length > 0 ? Uri.UnescapeDataString(url.UserInfo) : null;
        if (token is not null)
        {
            if (username is not null || inUrl is not null)
            {
                settings.Reject(Token, "a token and a username cannot both be used");
            }

            if (HttpRequestTemplate.Problem("Authorization", token) is not null)
            {
                settings.Reject(Token, "a token has no control characters, such as line breaks");
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
        settings.AddSecret(encoded);
        return new AuthenticationHeaderValue("Basic", encoded);
    }

    // RFC 7617, 2: a ':' ends the user, and what follows would be the password.
    private static string? OfUsername(IReadOnlyList<CapturedPart> parts, SettingsReader settings, string key, out string? error)
    {
        error = parts.FirstOrDefault(static part => part.Value?.Text.Contains(':', StringComparison.Ordinal) is true).Text is { } odd
            ? $"what '{odd}' stands for holds a ':', which would begin the password"
            : null;
        return error is null ? CapturedForms.Line(parts, settings, key, out error) : null;
    }
}
