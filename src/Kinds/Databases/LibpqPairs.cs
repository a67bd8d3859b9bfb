using System.Text.RegularExpressions;

namespace HealthAgent.Kinds.Databases;

/// <summary>Parses libpq's keyword/value form: <c>host=db port=5432 password='it\'s'</c>.</summary>
/// <remarks>
/// Rule: PostgreSQL documentation, "Connection Strings": blanks separate, single quotes enclose, a backslash escapes. A doubled quote, as
/// in SQL, is accepted too; libpq rejects it.
/// </remarks>
internal static partial class LibpqPairs
{
    private const string Blank = @"[ \t\n\v\f\r]";
    private const string Value = @"('(?<quoted>([^'\\]|\\.|'')*)'|(?<bare>(([^ \t\n\v\f\r'\\]|\\.)([^ \t\n\v\f\r\\]|\\.)*)?))";

    /// <summary>
    /// Whether a text is in this form rather than Npgsql's, which separates by <c>;</c>: a blank ends the first value, and another key
    /// follows.
    /// </summary>
    public static bool AreIn(string text, Func<string, bool> isKey) =>
        FirstAndSecond().Match(text) is { Success: true } pairs
        && !pairs.Groups["bare"].Value.Contains(';', StringComparison.Ordinal) && isKey(pairs.Groups["second"].Value);

    /// <summary>The pairs; null if the text cannot be parsed, or a value seems to continue in Npgsql's form.</summary>
    public static List<KeyValuePair<string, string>>? Parse(string text, Func<string, bool> isKey)
    {
        List<KeyValuePair<string, string>> pairs = [];
        var end = 0;
        for (var pair = Pair().Match(text); pair.Success; pair = pair.NextMatch())
        {
            var bare = pair.Groups["bare"].Value;
            if (Swallowed().Match(bare) is { Success: true } swallowed && isKey(swallowed.Groups["key"].Value))
            {
                return null;
            }

            var value = pair.Groups["quoted"] is { Success: true, Value: var quoted }
                ? EscapedInQuotes().Replace(quoted, "${character}")
                : Escaped().Replace(bare, "${character}");
            pairs.Add(KeyValuePair.Create(pair.Groups["key"].Value, value));
            end = pair.Index + pair.Length;
        }

        return string.IsNullOrWhiteSpace(text[end..]) ? pairs : null;
    }

    [GeneratedRegex($@"^{Blank}*\w+{Blank}*={Blank}*{Value}{Blank}+(?<second>\w+){Blank}*=",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex FirstAndSecond();

    [GeneratedRegex($@"\G{Blank}*(?<key>[^ \t\n\v\f\r=]+){Blank}*={Blank}*{Value}(?={Blank}|\z)",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\\(?<character>.)", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\\(?<character>.)|(?<character>')'",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex EscapedInQuotes();

    [GeneratedRegex(@";\s*(?<key>\w+)\s*=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Swallowed();
}
