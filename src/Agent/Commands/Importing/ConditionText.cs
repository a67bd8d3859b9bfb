namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Parts of conditions that come from elsewhere, written so that they mean themselves.</summary>
internal static class ConditionText
{
    /// <summary>A literal that is a text; in quotes where it would be another one without them.</summary>
    public static string Literal(string text) =>
        text.Length == 0 || text.Trim().Length != text.Length || text[0] is '"' or '\'' or '{' or '['
            || text.StartsWith("json ", StringComparison.Ordinal) || text.StartsWith("len(", StringComparison.Ordinal)
            ? Quoted(text)
            : text;

    /// <summary>A regular expression.</summary>
    /// <param name="go">The expression, as Go has it.</param>
    public static string Expression(string go)
    {
        var text = go.Replace("(?P<", "(?<", StringComparison.Ordinal);
        return text.Length == 0 || text.Trim().Length != text.Length || text[0] is '"' or '\'' ? Quoted(text) : text;
    }

    /// <summary>Several literals after <c>in</c>.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Item))}]";

    // Only the outer quotes are taken off, so that others may stand within.
    private static string Quoted(string text) => text is ['"', ..] or [.., '"'] ? $"'{text}'" : $"\"{text}\"";

    private static string Item(string text) =>
        text.AsSpan().ContainsAny(",'\"[]") || text.Contains("..", StringComparison.Ordinal) || text.Trim().Length != text.Length
            || text.Length == 0 ? Quoted(text) : text;
}
