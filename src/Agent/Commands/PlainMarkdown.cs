using System.Text.RegularExpressions;

namespace HealthAgent.Agent.Commands;

/// <summary>Sentences of the documentation without the marks of Markdown, for terminals.</summary>
internal static partial class PlainMarkdown
{
    /// <summary>The words: links without where they lead, code without its quotes.</summary>
    public static string Of(string markdown) => Link().Replace(markdown, "${text}").Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\([^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
