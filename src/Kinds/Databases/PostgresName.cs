using System.Text.RegularExpressions;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>The name of a table or function with its schema, written as in SQL: <c>health.round_trip</c>, <c>"My Schema"."T"</c>.</summary>
/// <param name="Schema">The schema, as the server has it.</param>
/// <param name="Name">The name, as the server has it.</param>
/// <remarks>Rule: PostgreSQL documentation, "Identifiers and Key Words": without quotes it is folded to small letters.</remarks>
internal sealed partial record PostgresName(string Schema, string Name)
{
    private const string Part = """("(?<part>([^"\0]|"")+)"|(?<part>[\p{L}_][\p{L}\p{Nd}_$]*))""";

    /// <summary>The name; null for what is none, or has no schema.</summary>
    public static PostgresName? Parse(string text)
    {
        if (Qualified().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var parts = match.Groups["part"].Captures.Select(part => Unquoted(text, part)).ToList();
        return new PostgresName(parts[0], parts[1]);
    }

    /// <summary>Reads a setting of this shape; null where it is not written.</summary>
    public static PostgresName? Read(SettingsReader settings, string key)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (Parse(text) is not { } name)
        {
            settings.Reject(key, $"'{text}' is not a name with its schema; write one such as health.round_trip");
            return null;
        }

        return name;
    }

    /// <summary>It in SQL, quoted, so that nothing in it can be anything else.</summary>
    public override string ToString() => $"{Quote(Schema)}.{Quote(Name)}";

    /// <summary>An identifier in SQL.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Unquoted(string text, Capture part) => part.Index > 0 && text[part.Index - 1] == '"'
        ? part.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
        : string.Concat(part.Value.Select(letter => char.IsAscii(letter) ? char.ToLowerInvariant(letter) : letter));

    [GeneratedRegex($@"\A{Part}\.{Part}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Qualified();
}
