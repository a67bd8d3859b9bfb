using System.Text.RegularExpressions;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network;

/// <summary>
/// A connection URL as applications use: <c>scheme://user:password@host:port,host:port/path?key=value</c>. Ambiguous URLs are rejected
/// without showing any part of them: an unescaped character in a password could make part of it a host, a path or a parameter.
/// </summary>
/// <param name="Scheme">The scheme in lower case.</param>
/// <param name="User">Decoded; null if missing.</param>
/// <param name="Password">Decoded; null if missing.</param>
/// <param name="Servers">The hosts, by default with the scheme's port, which may be 0. Empty without a host.</param>
/// <param name="Path">Without the leading slash, not decoded.</param>
/// <param name="Parameters">The query parameters, decoded, in order.</param>
/// <remarks>Rule: RFC 3986, with a list of hosts as in libpq.</remarks>
internal sealed partial record ConnectionUrl(
    string Scheme,
    string? User,
    string? Password,
    IReadOnlyList<NetworkAddress> Servers,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private const string Encode = "in user names and passwords, write %40 for @, %2F for /, %3A for :, %3F for ?, %23 for # and %25 for %";

    /// <summary>Whether a text starts as a URL; a password may contain <c>://</c> too.</summary>
    public static bool IsUrl(string text) => Start().IsMatch(text);

    /// <summary>Reads a required URL of one of the schemes, each with its default port. Null, with an error, for what is none.</summary>
    public static ConnectionUrl? Read(SettingsReader settings, Setting<string> key, IReadOnlyDictionary<string, int> schemes)
    {
        var text = settings.Get(key);
        if (text.Length == 0)
        {
            return null;
        }

        var start = Start().Match(text);
        var scheme = start.Groups["scheme"].Value.ToLowerInvariant();
        if (!schemes.TryGetValue(scheme, out var port))
        {
            var forms = schemes.Keys.Select(name => name + "://USER:PASSWORD@HOST:PORT/…");
            return Refuse($"not a URL; write {string.Join(" or ", forms)}");
        }

        var url = Form().Match(text, start.Length);
        if (!url.Success)
        {
            return Refuse($"invalid URL; {Encode}");
        }

        var written = url.Groups["servers"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var servers = Array.ConvertAll(written, server => NetworkAddress.Parse(server, port));
        if (servers.Contains(null))
        {
            return Refuse($"a server is not HOST:PORT; {Encode}");
        }

        settings.AddUrlPart(url.Groups["password"].Success ? url.Groups["password"].Value : url.Groups["user"].Value);
        var query = url.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries);
        var parameters = query.Select(parameter => parameter.Split('=', 2)).ToList();
        settings.AddParameters(parameters);
        return new ConnectionUrl(
            scheme,
            Decoded("user"),
            Decoded("password"),
            servers!,
            url.Groups["path"].Value,
            [.. parameters.Select(parameter => KeyValuePair.Create(
                Uri.UnescapeDataString(parameter[0]), Uri.UnescapeDataString(parameter.ElementAtOrDefault(1) ?? "")))]);

        string? Decoded(string group) => url.Groups[group].Success ? Uri.UnescapeDataString(url.Groups[group].Value) : null;

        ConnectionUrl? Refuse(string message)
        {
            settings.AddSecret(text);
            settings.Reject(key, message);
            return null;
        }
    }

    /// <summary>
    /// Notes an error about a parameter that means nothing here. Its name is shown only where it cannot be a part of a password.
    /// </summary>
    public void RejectUnknown(SettingsReader settings, Setting key, string parameter, IEnumerable<string> known) =>
        settings.Reject(key, PlainWord().IsMatch(parameter) && !Parameters.Any(pair => NetworkSettings.NamesSecret(pair.Key))
            && Parameters.Any(pair => pair.Key == parameter && pair.Value.Length > 0)
                ? $"'{parameter}' is not a known URL parameter{NearestOf(parameter, known)}"
                : "unknown URL parameter; write & within a value as %26");

    private static string NearestOf(string parameter, IEnumerable<string> known) =>
        Suggestion.For(parameter, known) is var near && near.Contains("did you mean", StringComparison.Ordinal) ? near : "";

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Start();

    // @ ends the user info and is allowed nowhere else; every % must start an escape.
    [GeneratedRegex(
        @"\G((?<user>([^\s@:/?#%]|%[0-9A-Fa-f]{2})*)(:(?<password>([^\s@/?#%]|%[0-9A-Fa-f]{2})*))?@)?"
        + @"(?<servers>[^\s@/?#%]*)(/(?<path>([^\s@?#%]|%[0-9A-Fa-f]{2})*))?(\?(?<query>([^\s@#%]|%[0-9A-Fa-f]{2})*))?\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Form();

    [GeneratedRegex("^[A-Za-z][A-Za-z_-]*$", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PlainWord();
}
