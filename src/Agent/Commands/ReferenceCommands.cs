using System.CommandLine;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;

namespace HealthAgent.Agent.Commands;

/// <summary>The commands that print what can be written: <c>schema</c> and <c>kinds</c>.</summary>
internal static class ReferenceCommands
{
    /// <summary>Prints the JSON Schema.</summary>
    public static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of agent.yaml, for editors and validators.");
        command.SetAction(_ => Console.Out.Write(ConfigurationSchema.Of(new KindIndex(CheckKinds.All))));
        return command;
    }

    /// <summary>Prints the kinds, or one with its settings and values.</summary>
    public static Command Kinds()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A kind, such as http.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = OutputFormat.Option(hasMarkdown: true);
        const string Description = "List the kinds of checks; with a NAME, print its settings, its values and an example.";
        var command = new Command("kinds", Description) { name, output };
        var kinds = new KindIndex(CheckKinds.All);
        name.CompletionSources.Add(_ => kinds.Names.Select(kind => new System.CommandLine.Completions.CompletionItem(kind)));
        command.SetAction(parsed => Print(kinds, parsed.GetValue(name), parsed.GetValue(output)));
        return command;
    }

    private static int Print(KindIndex kinds, string? name, string? output)
    {
        var isJson = OutputFormat.IsJson(output);
        if (name is null)
        {
            var rows = kinds.All.Select(kind => (string[])[kind.Name, kind.DefaultTier.Name(), kind.Description]);
            Console.Out.Write(isJson ? KindJson.OfAll(kinds.All) : TextTable.Of([["NAME", "TIER", "A PASS PROVES"], .. rows]));
            return ExitCodes.Ok;
        }

        if (kinds.Find(name) is { } found)
        {
            if (!isJson && output != OutputFormat.Markdown && !Console.IsOutputRedirected)
            {
                KindPage.Write(Terminal.Open(Terminal.IsUsed(Environment.GetEnvironmentVariable)), found);
            }
            else
            {
                Console.Out.Write(isJson ? KindJson.Of(found) : KindReference.Of(found));
            }

            return ExitCodes.Ok;
        }

        Console.Error.WriteLine($"there is no kind '{PlainText.Line(name)}'{Suggestion.For(name, kinds.Names)}");
        return ExitCodes.Configuration;
    }
}
