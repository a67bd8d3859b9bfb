using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace HealthAgent.Security;

/// <summary>
/// Redacts secrets in text from outside: driver messages, peers' responses. Applied where an outcome's texts are created, so that no
/// surface can forget it.
/// </summary>
/// <remarks>
/// A secret is also recognized as peers echo it: escaped for URLs, JSON and HTML, with line breaks as blanks, and each longer line of it.
/// Secrets of one or two characters are not redacted: that would mangle ordinary words and hide nothing.
/// </remarks>
internal sealed partial class Redactor
{
    /// <summary>The replacement for a secret.</summary>
    public const string Mask = "***";

    private const int ShortestSecret = 3;

    // Short lines of a secret file, such as "}" or "true", are not secret.
    private const int ShortestLine = 8;

    private readonly string[] _secrets;

    /// <summary>Redacts these secrets.</summary>
    public Redactor(IEnumerable<string> secrets)
        : this([], secrets)
    {
    }

    private Redactor(IEnumerable<string> known, IEnumerable<string> secrets) =>
        _secrets = [.. known.Concat(secrets.SelectMany(Parts).SelectMany(Forms).Where(secret => secret.Length >= ShortestSecret))
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Whether there are no secrets to redact.</summary>
    public bool IsEmpty => _secrets.Length == 0;

    /// <summary>Redacts these as well.</summary>
    public Redactor With(IEnumerable<string> more) => new(_secrets, more);

    /// <summary>Replaces secrets in a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="isCut">Whether the text was truncated and may end with the beginning of a secret.</param>
    public string Redact(string text, bool isCut = false)
    {
        List<(int Start, int End)>? found = null;
        foreach (var secret in _secrets)
        {
            for (int at = text.IndexOf(secret, StringComparison.Ordinal);
                at >= 0;
                at = text.IndexOf(secret, at + 1, StringComparison.Ordinal))
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

    /// <summary>Replaces the matches; overlapping ones are merged, or the rest of the second secret would stay.</summary>
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

    // As most languages escape JSON; .NET's default encoder also escapes for HTML.
    private static string AsciiJson(string json) =>
        string.Concat(json.Select(unit => char.IsAscii(unit) ? unit.ToString() : $"\\u{(int)unit:x4}"));

    private static string Lower(string form) => HexDigits().Replace(form, static digits => digits.Value.ToLowerInvariant());

    [GeneratedRegex(@"%[0-9A-F]{2}|\\u[0-9A-F]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HexDigits();
}
