using System.Collections;
using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Kinds;

namespace HealthAgent.Agent.Commands;

/// <summary><c>init</c>: writes a configuration to begin with. It asks nothing.</summary>
internal static class InitCommand
{
    /// <summary>The command; without an argument, it writes where <paramref name="config"/> says.</summary>
    public static Command Create(Option<string?> config)
    {
        var path = new Argument<string?>("FILE")
        {
            Description = $"Where to write, - for standard output (default: {WrittenFile.DefaultPath}).",
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
            var file = parsed.GetValue(path) ?? parsed.GetValue(config) ?? WrittenFile.DefaultPath;
            var text = parsed.GetValue(fromEnvironment) ? Starter.Of(Variables(), new KindIndex(CheckKinds.All)) : Starter.Text;
            return WrittenFile.Write(file, text, parsed.GetValue(force));
        });
        return command;
    }

    private static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
}
