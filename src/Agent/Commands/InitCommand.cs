using System.Collections;
using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Kinds;

namespace HealthAgent.Agent.Commands;

/// <summary><c>init</c>: writes a configuration to begin with. It asks nothing.</summary>
internal static class InitCommand
{
    private const string DefaultPath = "agent.yaml";
    private const string StandardOutput = "-";

    /// <summary>The command; without an argument, it writes where <paramref name="config"/> says.</summary>
    public static Command Create(Option<string?> config)
    {
        var path = new Argument<string?>("FILE")
        {
            Description = $"Where to write, - for standard output (default: {DefaultPath}).",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var fromEnvironment = new Option<bool>("--from-env")
        {
            Description = "Add checks of what environment variables name, such as DATABASE_URL, PGHOST, REDIS_URL, AMQP_URL, DAGU_HOST.",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the file." };
        var command = new Command("init", "Write a commented configuration to begin with.") { path, fromEnvironment, force };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(path) ?? parsed.GetValue(config) ?? DefaultPath;
            if (file.StartsWith('-') && file != StandardOutput)
            {
                var nearest = Suggestion.For(file, command.Options.Select(static option => option.Name));
                file = PlainText.Line(file);
                Console.Error.WriteLine($"there is no option '{file}'{nearest}; a file of that name is ./{file}");
                return ExitCodes.Failure;
            }

            var text = parsed.GetValue(fromEnvironment) ? Starter.Of(Variables(), new KindIndex(CheckKinds.All)) : Starter.Text;
            return Write(file, text, parsed.GetValue(force));
        });
        return command;
    }

    private static int Write(string path, string text, bool isForced)
    {
        if (path == StandardOutput)
        {
            Console.Out.Write(text);
            return ExitCodes.Ok;
        }

        if (Directory.Exists(path))
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} is a directory; write the name of a file in it");
            return ExitCodes.CannotCreate;
        }

        try
        {
            using var file = new StreamWriter(File.Open(path, isForced ? FileMode.Create : FileMode.CreateNew, FileAccess.Write));
            file.Write(text);
        }
        catch (IOException) when (!isForced && File.Exists(path))
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} is there already; write --force to overwrite it, or another name");
            return ExitCodes.CannotCreate;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} cannot be written: {PlainText.Line(e.Message)}");
            return ExitCodes.CannotCreate;
        }

        var config = path == DefaultPath ? "" : $" --config {PlainText.Line(path)}";
        Console.WriteLine($"{PlainText.Line(path)} is written. Next: health-agent validate{config}, health-agent check --all{config}");
        return ExitCodes.Ok;
    }

    private static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
}
