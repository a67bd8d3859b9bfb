using System.CommandLine;
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
        var name = new Argument<string?>("NAME") { Description = "A kind, such as http.", Arity = ArgumentArity.ZeroOrOne };
        const string Description = "List the kinds of checks; with a NAME, print its settings and the values that it observes.";
        var command = new Command("kinds", Description) { name };
        var kinds = new KindIndex(CheckKinds.All);
        name.CompletionSources.Add(_ => kinds.Names.Select(kind => new System.CommandLine.Completions.CompletionItem(kind)));
        command.SetAction(parsed => Print(kinds, parsed.GetValue(name)));
        return command;
    }

    private static int Print(KindIndex kinds, string? name)
    {
        if (name is null)
        {
            var width = kinds.Names.Max(kind => kind.Length);
            foreach (var kind in kinds.All)
            {
                Console.WriteLine($"{kind.Name.PadRight(width)}  {kind.Description}");
            }

            return ExitCodes.Ok;
        }

        if (kinds.Find(name) is { } found)
        {
            Console.Out.Write(KindReference.Of(found));
            return ExitCodes.Ok;
        }

        Console.Error.WriteLine($"there is no kind '{PlainText.Line(name)}'{Suggestion.For(name, kinds.Names)}");
        return ExitCodes.Configuration;
    }
}
