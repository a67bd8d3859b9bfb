using System.CommandLine;

namespace HealthAgent.Agent.Commands;

/// <summary>The option <c>--output</c> of commands that print something.</summary>
internal static class OutputFormat
{
    /// <summary>The option; each command has its own.</summary>
    public static Option<string?> Option()
    {
        var output = new Option<string?>("--output") { Description = "json: JSON instead of text.", HelpName = "FORMAT" };
        output.AcceptOnlyFromAmong("text", "json");
        return output;
    }

    /// <summary>Whether JSON is asked for.</summary>
    public static bool IsJson(string? format) => format == "json";
}
