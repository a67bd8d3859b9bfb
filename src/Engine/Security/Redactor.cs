using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace HealthAgent.Security;

/// <summary>
/// Redacts secrets in texts that came from elsewhere: messages of drivers, answers of peers. It stands where an outcome's texts
/// are born, so that no surface can forget it.
/// </summary>
/// <remarks>
/// A secret is also recognized as peers echo it: escaped for URLs, JSON and HTML, with its line breaks as blanks, and each longer line
/// of it alone. Those of one or two characters are not redacted: it would tear holes into ordinary words and hide nothing.
/// </remarks>
internal sealed partial class Redactor(IEnumerable<string> secrets)
{
    /// <summary>What replaces a secret.</summary>
    public const string Mask = "***";

    private const int ShortestSecret = 3;

    // A line such as "}" or "true" of a secret file says nothing.
    private const int ShortestLine = 8;

    private readonly string[] _secrets =
        [.. secrets.SelectMany(Parts).SelectMany(Forms).Where(secret => secret.Length >= ShortestSecret).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether there are no secrets to redact.</summary>
    public bool IsEmpty => _secrets.Length == 0;

    /// <summary>The text without secrets.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="isCut">Whether the text was cut off at its end, which may then be the beginning of a secret.</param>
    public string Redact(string text, bool isCut = false)
    {
        List<(int Start, int End)>? found = null;
        foreach (var secret in _secrets)
        {
            for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(secret, at + 1, StringComparison.Ordinal))
            {
                (found ??= []).Add((at, at + secret.Length));
            }

            if (isCut && BeginningAtEnd(text, secret) is var length and > 0)
            {
                (found ??= []).Add((text.Length - length, text.Length));
            }
        }

        return found is null ? text : Replace(text, found);
    }

    /// <summary>Replaces the places; those that overlap are one, or the rest of the second secret would stay.</summary>
    private static string Replace(string text, List<(int Start, int End)> places)
    {
        places.Sort();
        var (result, position) = (new StringBuilder(text.Length), 0);
        for (var i = 0; i < places.Count; i++)
        {
            var (start, end) = places[i];
            for (; i + 1 < places.Count && places[i + 1].Start < end; i++)
            {
                end = Math.Max(end, places[i + 1].End);
            }

            result.Append(text, position, start - position).Append(Mask);
            position = end;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private static int BeginningAtEnd(string text, string secret)
    {
        for (var length = Math.Min(secret.Length - 1, text.Length); length >= ShortestSecret; length--)
        {
            if (text.AsSpan().EndsWith(secret.AsSpan(0, length), StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }

    private static IEnumerable<string> Parts(string secret) => secret.AsSpan().ContainsAny('\r', '\n')
        ? secret.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= ShortestLine).Prepend(secret)
        : [secret];

    private static IEnumerable<string> Forms(string secret)
    {
        var url = Uri.EscapeDataString(secret);
        var (json, strictJson) = (JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret), JavaScriptEncoder.Default.Encode(secret));
        return
        [
            secret, PlainText.Lines(secret), PlainText.Line(secret).Trim(),
            url, Lower(url), url.Replace("%20", "+", StringComparison.Ordinal), WebUtility.UrlEncode(secret),
            json, json.Replace("/", "\\/", StringComparison.Ordinal), AsciiJson(json), strictJson, Lower(strictJson),
            WebUtility.HtmlEncode(secret), HtmlEncoder.Default.Encode(secret),
        ];
    }

    // As most languages write JSON; .NET's strict encoder also escapes what HTML must not hold.
    private static string AsciiJson(string json) =>
        string.Concat(json.Select(unit => char.IsAscii(unit) ? unit.ToString() : $"\\u{(int)unit:x4}"));

    private static string Lower(string form) => HexDigits().Replace(form, static digits => digits.Value.ToLowerInvariant());

    [GeneratedRegex(@"%[0-9A-F]{2}|\\u[0-9A-F]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HexDigits();
}
