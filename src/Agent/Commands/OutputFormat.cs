using System.CommandLine;

namespace HealthAgent.Agent.Commands;

/// <summary>The option <c>--output</c> of commands that print something.</summary>
internal static class OutputFormat
{
    /// <summary>The name of Markdown.</summary>
    public const string Markdown = "markdown";

    /// <summary>The option; each command has its own.</summary>
    /// <param name="hasMarkdown">Whether there is Markdown as well.</param>
    public static Option<string?> Option(bool hasMarkdown = false)
    {
        var markdown = hasMarkdown ? "; markdown: Markdown, as where the output is no terminal" : "";
        var output = new Option<string?>("--output") { Description = $"json: JSON instead of text{markdown}.", HelpName = "FORMAT" };
        output.AcceptOnlyFromAmong(hasMarkdown ? ["text", "json", Markdown] : ["text", "json"]);
        return output;
    }

    /// <summary>Whether JSON is asked for.</summary>
    public static bool IsJson(string? format) => format == "json";
}
