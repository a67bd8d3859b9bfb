using System.Globalization;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Puts captured values into a statement as parameters, which the server takes as values whatever they hold. A reference in quotes, in a
/// comment or as a piece of a word is refused.
/// </summary>
/// <remarks>Rule: PostgreSQL documentation, 4.1, lexical structure.</remarks>
internal static class SqlValues
{
    private const string Placeholder = "@captured_";

    /// <summary>The statement.</summary>
    public static readonly Setting<string?> Query = Setting.Text(
        "query",
        "a statement; the first column of its first row is observed, up to 1 MiB of text: a longer one is `resource_exhausted`. "
        + "Without one it is `select 1`").Taking(Compose);

    private static string? Compose(IReadOnlyList<CapturedPart> parts, SettingsReader settings, string key, out string? error)
    {
        error = null;
        var (sql, count) = (new SqlText(), 0);
        var text = "";
        foreach (var (written, value) in parts)
        {
            if (value is null)
            {
                sql.Read(written);
                text += written;
                continue;
            }

            error = sql.Inside is { } place ? $"'{written}' stands in {place}, where it would be a part of the SQL; write it by itself"
                : value.Value.Text.Contains('\0', StringComparison.Ordinal) ? $"what '{written}' stands for holds a NUL"
                : null;
            if (error is not null)
            {
                return null;
            }

            text += NameOf(count++);
        }

        error = Beside(parts);
        return error is null ? text : null;
    }

    /// <summary>The name of a parameter, by its position in the statement.</summary>
    public static string NameOf(int position) => string.Create(CultureInfo.InvariantCulture, $"{Placeholder}{position}");

    private static string? Beside(IReadOnlyList<CapturedPart> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Value is not null
                && ((i > 0 && IsGluedBefore(parts[i - 1])) || (i + 1 < parts.Count && IsGluedAfter(parts[i + 1]))))
            {
                return $"'{parts[i].Text}' is a value by itself; put a blank or an operator between it and what is beside it";
            }
        }

        return parts.Any(static part => part.Value is null && part.Text.Contains(Placeholder, StringComparison.Ordinal))
            ? $"'{Placeholder}' is what the agent calls captured values; use another name"
            : null;
    }

    private static bool IsGluedBefore(CapturedPart part) =>
        part.Value is not null || IsOfWord(part.Text[^1]) || part.Text[^1] is '@' or ':' or '"' or '\'';

    // A dot would be a part of the parameter's name to the driver. A cast, as in ::int, is not.
    private static bool IsGluedAfter(CapturedPart part) => part.Value is not null || IsOfWord(part.Text[0]) || part.Text[0] == '.';

    private static bool IsOfWord(char unit) => char.IsLetterOrDigit(unit) || unit is '_' or '$' || unit > '\x7f';
}
