using System.Globalization;
using System.Text;

namespace HealthAgent.Vocabulary;

/// <summary>
/// Makes untrusted text safe to show on one line, in a log, a terminal or a response. Characters that could move the cursor, colour,
/// reorder or hide surrounding text are replaced, so that a target cannot forge output.
/// </summary>
/// <remarks>
/// Rule: Unicode general categories. Control (C0, DEL and C1, which start terminal sequences), format (bidirectional overrides, zero-width
/// characters, tags), and lone surrogates, which UTF-8 cannot encode.
/// </remarks>
internal static class PlainText
{
    private static readonly char[] LineBreaks = ['\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029'];

    /// <summary>The text on one line: line breaks and tabs become blanks, other invisible characters U+FFFD.</summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var line = text.AsSpan().ContainsAny(LineBreaks)
            ? string.Join(' ', text.Split(LineBreaks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            : text;
        var shown = new StringBuilder(line.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in line.EnumerateRunes())
        {
            // Enumerating runes yields U+FFFD for a lone surrogate.
            var replaced = rune.Value == '\t' ? new Rune(' ') : IsShown(rune) ? rune : Rune.ReplacementChar;
            shown.Append(units[..replaced.EncodeToUtf16(units)]);
        }

        return shown.ToString();
    }

    /// <summary>Like <see cref="Line"/> but keeping line feeds, for multi-line text such as a stack trace in a span.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Line));

    /// <summary>Whether a text can be shown unchanged.</summary>
    public static bool IsLine(string text) => Line(text) == text;

    /// <summary>Truncates a text to a number of UTF-16 units and an ellipsis, without splitting a surrogate pair.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "…");

    /// <summary>The text on one line of a number of UTF-16 units at the most: for what a caller or a peer chose.</summary>
    public static string ShortLine(string text, int longest) => Cut(Line(text), longest);

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // Joiners are part of words in Persian and Hindi, and of emoji.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
