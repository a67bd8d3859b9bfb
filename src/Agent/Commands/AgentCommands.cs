using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Agent.Commands.Importing;
using HealthAgent.Configuration;
using HealthAgent.History;
using HealthAgent.Planning;

namespace HealthAgent.Agent.Commands;

/// <summary>The command line.</summary>
internal static class AgentCommands
{
    private const string HealthcheckName = "healthcheck";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    private static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = $"The configuration file (default: ${ConfigurationFile.Variable}, else ./agent.yaml, else built-in self checks).",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Invokes the command line; <paramref name="run"/> is the default command.</summary>
    public static async Task<int> InvokeAsync(string[] args, Func<AgentPlan, CancellationToken, Task<int>> run)
    {
        // The host handles signals and its own shutdown timeout.
        var parsed = Create(args, run).Parse(args);
        if (Usage.ProblemOf(parsed) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return parsed.CommandResult.Command.Name switch
            {
                HealthcheckName => ExitCodes.Failure,
                // 1 would be a warning.
                CheckCommand.Name => ExitCodes.Unknown,
                _ => ExitCodes.Usage,
            };
        }

        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        if (parsed.Action is HelpAction && Examples.Of(parsed.CommandResult.Command.Name) is { } examples)
        {
            await Console.Out.WriteAsync(examples);
        }

        return code;
    }

    private static RootCommand Create(string[] args, Func<AgentPlan, CancellationToken, Task<int>> run)
    {
        var root = new RootCommand("Health Agent monitors a service and its dependencies.")
        {
            Config,
            RunCommand(run),
            ValidateCommand(),
            CheckCommand.Create(Config, args),
            HealthcheckCommand(),
            ListCommand.Create(Config),
            InitCommand.Create(Config),
            ImportCommand.Create(Config),
            ReferenceCommands.Kinds(),
            ReferenceCommands.Schema(),
        };
        root.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return root;
    }

    private static Command RunCommand(Func<AgentPlan, CancellationToken, Task<int>> run)
    {
        var command = new Command("run", "Run the agent (default).");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return command;
    }

    private static Command ValidateCommand()
    {
        var command = new Command("validate", "Validate the configuration and report all errors.");
        command.SetAction(parsed =>
        {
            if (LoadedConfiguration.From(parsed.GetValue(Config)) is not { Plan: { } plan } loaded)
            {
                return ExitCodes.Configuration;
            }

            Console.WriteLine($"{loaded.File.Name} is valid: {plan.Checks.Count} {(plan.Checks.Count == 1 ? "check" : "checks")}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command HealthcheckCommand()
    {
        var url = new Option<Uri?>("--url")
        {
            Description = "The agent's address (default: agent.listen of the configuration).",
            HelpName = "URL",
            CustomParser = ParseUrl,
        };
        var timeout = new Option<TimeSpan>("--timeout")
        {
            Description = "How long to wait for the response, such as 500ms (default: 2s).",
            HelpName = "DURATION",
            CustomParser = ParseTimeout,
        };
        var command = new Command(
            HealthcheckName, "Query /livez of the running agent; exit 0 if alive, else 1. For Docker's HEALTHCHECK.") { url, timeout };
        command.SetAction((parsed, cancellation) => Healthcheck.RunAsync(
            parsed.GetValue(url),
            parsed.GetValue(Config),
            parsed.GetResult(timeout) is null ? DefaultTimeout : parsed.GetValue(timeout),
            cancellation));
        return command;
    }

    private static Uri? ParseUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
        {
            return url;
        }

        argument.AddError($"'{argument.Tokens[0].Value}' is not a URL; write http://HOST:PORT");
        return null;
    }

    private static TimeSpan ParseTimeout(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!Units.TryParseDuration(text, out var timeout) || timeout <= TimeSpan.Zero || timeout > LongestTimeout)
        {
            argument.AddError($"'{text}' is not a duration from 1ms to {Units.Format(LongestTimeout)}; write 500ms or 2s");
        }

        return timeout;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<AgentPlan, CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            return LoadedConfiguration.From(parsed.GetValue(Config)) is { Plan: { } plan }
                ? await run(plan, cancellation)
                : ExitCodes.Configuration;
        }
        catch (StateInUseException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}; nothing was started");
            return ExitCodes.Configuration;
        }
        catch (Exception e) when (FileDescriptors.AreExhausted(e))
        {
            FileDescriptors.ExitExhausted();
            return ExitCodes.OsError;
        }
    }
}
