using System.Text.RegularExpressions;
using HealthAgent.Yaml;

namespace HealthAgent.Settings;

/// <summary>
/// What is written in a mapping, with substitutions made, in texts that are the same whenever it means the same; on request with a
/// fixed mark for each credential, so that what differs in nothing else is the same.
/// </summary>
internal static partial class CanonicalText
{
    private const string Username = "username";

    // No YAML holds it unescaped.
    private const string Mark = "\0";

    /// <summary>The texts of a mapping.</summary>
    /// <param name="map">What is written.</param>
    /// <param name="substitution">Replaces references.</param>
    /// <param name="confidential">Knows the credentials to mark; null to keep them.</param>
    public static IEnumerable<string> Of(YamlMap map, Substitution substitution, Confidential? confidential = null)
    {
        return Of(map);

        IEnumerable<string> Of(YamlNode node) => node switch
        {
            YamlMap mapping => mapping.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .SelectMany(entry => OfEntry(entry.Key, entry.Value.Value).Prepend(entry.Key)).Prepend("{").Append("}"),
            YamlList list => list.Items.SelectMany(Of).Prepend("[").Append("]"),
            YamlScalar { IsNull: false } scalar => ["=", OfScalar(scalar)],
            _ => ["~"],
        };

        IEnumerable<string> OfEntry(string key, YamlNode value) =>
            confidential is not null && value is YamlScalar { IsNull: false } && (key == Username || confidential.IsCredential(value))
                ? ["=", Mark]
                : Of(value);

        string OfScalar(YamlScalar scalar) => confidential is null
            ? substitution.Apply(scalar.Value, out _) ?? ""
            : Marked(substitution.Apply(scalar.Value, out _, MarkPart) ?? "", confidential.Credentials);
    }

    // A secret inside of a longer value is one; a value that is wholly from a file may hold more than that.
    private static string MarkPart(Replacement replacement) => replacement is { IsSecret: true, IsWhole: false } ? Mark : replacement.Text;

    private static string Marked(string text, IReadOnlyCollection<string> credentials)
    {
        text = UserInfo().Replace(text, Mark);
        foreach (var credential in credentials)
        {
            text = MarkWhole(MarkWhole(text, credential), Uri.EscapeDataString(credential));
        }

        return Quotes().Replace(text, Mark);
    }

    /// <summary>Marks a credential where it stands as a value, and not where its letters are part of a word.</summary>
    private static string MarkWhole(string text, string credential)
    {
        for (var at = text.IndexOf(credential, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(credential, at + 1, StringComparison.Ordinal))
        {
            var end = at + credential.Length;
            if ((at == 0 || IsDelimiter(text[at - 1])) && (end == text.Length || IsDelimiter(text[end])))
            {
                text = string.Concat(text.AsSpan(0, at), Mark, text.AsSpan(end));
            }
        }

        return text;
    }

    private static bool IsDelimiter(char unit) =>
        char.IsWhiteSpace(unit) || unit is '=' or ':' or ',' or ';' or '@' or '/' or '?' or '&' or '"' or '\'';

    [GeneratedRegex(@"(?<=://)([^/?#\s]*@)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo();

    [GeneratedRegex("(?<quote>[\"'])\0\\k<quote>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quotes();
}
