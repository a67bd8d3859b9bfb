using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Kinds;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary><c>import</c>: turns the configuration of another program into ours. What could not be taken over is reported.</summary>
internal static class ImportCommand
{
    /// <summary>The command; the result goes to standard output, or where an option or <paramref name="config"/> says.</summary>
    public static Command Create(Option<string?> config)
    {
        var scrape = new Option<string?>("--targets")
        {
            Description = "A configuration of Prometheus that scrapes blackbox_exporter: each of its targets becomes a check.",
            HelpName = "FILE",
        };
        return new Command("import", "Turn the configuration of another program into one of the agent's.")
        {
            Of("blackbox", "Import a configuration of Prometheus' blackbox_exporter.", config, scrape, (file, parsed, fit) =>
                ImportInput.Read(file, isJson: false) is not { } input ? null
                    : parsed.GetValue(scrape) is not { } targets ? BlackboxImport.Of(input, scrape: null, fit)
                    : ImportInput.Read(targets, isJson: false) is { } jobs ? BlackboxImport.Of(input, jobs, fit) : null),
            Of("gatus", "Import a configuration of Gatus.", config, further: null, static (file, _, fit) =>
                ImportInput.Read(file, isJson: false) is { } input ? GatusImport.Of(input, fit) : null),
            Of("uptime-kuma", "Import what Uptime Kuma exports as JSON.", config, further: null, static (file, _, fit) =>
                ImportInput.Read(file, isJson: true) is { } input ? UptimeKumaImport.Of(input, fit) : null),
        };
    }

    private static Command Of(
        string name, string description, Option<string?> config, Option<string?>? further, Func<string, ParseResult, Fit,
            ImportedFile?> read)
    {
        var from = new Argument<string>("FILE") { Description = "The file to read, - for standard input.", HelpName = "FILE" };
        var to = new Option<string?>("--to")
        {
            Description = "Where to write, - for standard output (default: --config, else standard output).",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the file." };
        var command = new Command(name, description) { from, to, force };
        if (further is not null)
        {
            command.Add(further);
        }

        command.SetAction(parsed =>
        {
            var fit = new Fit(new KindIndex(CheckKinds.All), Environment.GetEnvironmentVariable);
            if (read(parsed.GetRequiredValue(from), parsed, fit) is not { } imported)
            {
                return ExitCodes.Configuration;
            }

            foreach (var line in imported.Lines())
            {
                Console.Error.WriteLine(line);
            }

            var path = parsed.GetValue(to) ?? parsed.GetValue(config) ?? WrittenFile.StandardOutput;
            return WrittenFile.Write(path, imported.ToYaml(), parsed.GetValue(force));
        });
        return command;
    }
}
