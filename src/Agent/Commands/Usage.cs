using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using HealthAgent.Agent.Commands.Checking;

namespace HealthAgent.Agent.Commands;

/// <summary>Arguments that cannot be understood: one line says which and what was probably meant. The help would hide it.</summary>
internal static class Usage
{
    private const string File = "FILE";

    /// <summary>What is wrong; null where the arguments are understood, or the command judges them itself.</summary>
    public static string? ProblemOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Name == CheckCommand.Name)
        {
            return parsed.Action is ParseErrorAction ? ProblemOf(parsed.Errors[0], command) : null;
        }

        // An argument takes whatever is no option, misspelt options too.
        if (parsed.CommandResult.Tokens.Select(static token => token.Value).Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(static word => word is ['-', _, ..]) is { } option)
        {
            var file = command.Arguments.Any(static argument => argument.Name == File) ? $"; a file of that name is ./{option}" : "";
            var nearest = Suggestion.For(option.Split('=')[0], OptionsOf(parsed));
            return PlainText.Line($"there is no option '{option.Split('=')[0]}'{nearest}{file}");
        }

        return parsed.Action is not ParseErrorAction ? null
            : parsed.UnmatchedTokens is [var word, ..] ? PlainText.Line(command.Subcommands.Count > 0
                ? $"there is no command '{word}'{Suggestion.For(word, command.Subcommands.Select(static inner => inner.Name))}"
                : $"'{word}' is one argument too many; {Path(command)} --help lists what it takes")
            : ProblemOf(parsed.Errors[0], command);
    }

    private static string ProblemOf(ParseError error, Command command)
    {
        var option = (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)?.Option.Name;
        var named = option is null || error.Message.Contains(option, StringComparison.Ordinal) ? "" : $"{option}: ";
        return PlainText.Line($"{named}{error.Message.TrimEnd('.')}; {Path(command)} --help lists what it takes");
    }

    private static IEnumerable<string> OptionsOf(ParseResult parsed)
    {
        var own = parsed.CommandResult.Command.Options;
        return own.Concat(parsed.RootCommandResult.Command.Options.Where(static option => option.Recursive))
            .Select(static option => option.Name).Distinct(StringComparer.Ordinal);
    }

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } outer ? $"{Path(outer)} {command.Name}" : "health-agent";
}
