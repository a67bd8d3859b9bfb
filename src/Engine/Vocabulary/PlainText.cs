using System.Globalization;
using System.Text;

namespace HealthAgent.Vocabulary;

/// <summary>
/// Makes a text from outside safe to show in one line: in a log, on a terminal, in an answer. What could move a cursor, colour,
/// reorder or hide what stands around it is replaced, so that a target cannot write what an operator reads.
/// </summary>
/// <remarks>
/// Rule: the general categories of Unicode. Control (C0, DEL and C1, which begin terminal sequences) and format characters
/// (bidirectional overrides, zero-width characters, tags), and halves of surrogate pairs, which UTF-8 cannot hold.
/// </remarks>
internal static class PlainText
{
    private static readonly char[] LineBreaks = ['\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029'];

    /// <summary>The text in one line: line breaks and tabs are blanks, and other characters that are not shown are U+FFFD.</summary>
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
            // The enumeration gives U+FFFD for half a surrogate pair by itself.
            var replaced = rune.Value == '\t' ? new Rune(' ') : IsShown(rune) ? rune : Rune.ReplacementChar;
            shown.Append(units[..replaced.EncodeToUtf16(units)]);
        }

        return shown.ToString();
    }

    /// <summary>The same, but with its line feeds, for what keeps structure, such as a stack trace in a span.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Line));

    /// <summary>Whether a text can be shown as it is.</summary>
    public static bool IsLine(string text) => Line(text) == text;

    /// <summary>A text of at most so many UTF-16 units and an ellipsis; never half a surrogate pair at its end.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "…");

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // The joiners are part of words in Persian and Hindi, and of emoji.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
