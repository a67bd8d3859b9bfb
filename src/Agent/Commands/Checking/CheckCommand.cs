using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary><c>check</c>: runs checks once, as the worker would, and explains what each did and saw. No agent is needed for it.</summary>
internal sealed class CheckCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "check";

    private readonly Argument<string[]> _names = new("NAME") { Description = "The checks to run.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<bool> _all = new("--all") { Description = "Run all checks of the configuration." };

    private readonly Option<string?> _mode = new("--mode")
    {
        Description = "With --all: light leaves out the tier functional; full is all.",
        HelpName = "MODE",
    };

    private readonly Option<string?> _tier = new("--tier") { Description = "With --all: the checks of one tier.", HelpName = "TIER" };

    private readonly Option<string?> _output = OutputFormat.Option();

    private readonly Option<string?> _kind = new("--kind")
    {
        Description = "Run a check of this kind without a file; its settings are options: check --kind http --help lists those of http.",
        HelpName = "KIND",
    };

    private readonly Option<string?> _url = new("--url")
    {
        Description = $"Run a check of this target without a file; the scheme says of which kind: {TargetUrl.Schemes}.",
        HelpName = "URL",
    };

    private readonly KindIndex _kinds = new(CheckKinds.All);
    private readonly Option<string?> _config;
    private readonly KindOptions? _options;

    private CheckCommand(Option<string?> config, IReadOnlyList<string> arguments)
    {
        _config = config;
        _options = TargetUrl.KindOf(arguments, _kinds) is { } kind ? new KindOptions(kind) : null;
        _mode.AcceptOnlyFromAmong("light", "full");
        _tier.AcceptOnlyFromAmong([.. TierNames.Tiers.Keys]);
    }

    /// <summary>The command; it has options for the settings of the kind that the arguments name.</summary>
    /// <param name="config">Where the configuration is.</param>
    /// <param name="arguments">The arguments of the program.</param>
    public static Command Create(Option<string?> config, IReadOnlyList<string> arguments)
    {
        var check = new CheckCommand(config, arguments);
        var command = new Command(Name, "Run checks once and explain what they saw; exit 0 pass, 1 warn, 2 fail, 3 unknown.")
        {
            check._names, check._all, check._mode, check._tier, check._output, check._kind,
        };
        foreach (var option in check._options?.Has("url") is true ? check._options.All : [check._url, .. check._options?.All ?? []])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => check.RunAsync(parsed, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var names = parsed.GetValue(_names) ?? [];
        if (Array.Find(names, static name => name.StartsWith('-')) is { } mistyped)
        {
            var nearest = Suggestion.For(mistyped, OptionsOf(parsed));
            return await RefuseAsync(
                $"there is no option '{PlainText.Line(mistyped)}'{nearest}; "
                + $"check {(_options is null ? "" : $"--kind {_options.Kind.Name} ")}--help lists them");
        }

        return parsed.GetValue(_kind) is not null || parsed.GetResult(_url) is not null || _options is not null
            ? await RunWithoutFileAsync(parsed, names, cancellation)
            : await RunConfiguredAsync(parsed, names, cancellation);
    }

    private async Task<int> RunWithoutFileAsync(ParseResult parsed, string[] names, CancellationToken cancellation)
    {
        if (parsed.GetValue(_kind) is { } written && _kinds.Find(written) is null)
        {
            return await RefuseAsync($"there is no kind '{PlainText.Line(written)}'{Suggestion.For(written, _kinds.Names)}");
        }

        if (_options is null)
        {
            return await RefuseAsync(
                parsed.GetValue(_url) is { } url && !url.Contains("://", StringComparison.Ordinal)
                    ? $"--url: a scheme is missing; write http://{PlainText.Line(url)}, or one of {TargetUrl.Schemes}"
                    : $"--url: no kind speaks this scheme; write one of {TargetUrl.Schemes}, or --kind KIND");
        }

        if (names.Length > 0 || parsed.GetValue(_all) || parsed.GetResult(_config) is { Implicit: false })
        {
            return await RefuseAsync("--kind and --url need no file; leave out names, --all and --config");
        }

        var target = _options.Has("url") ? null : parsed.GetValue(_url);
        var check = CommandLineCheck.Of(_options, parsed, target, _kinds, Environment.GetEnvironmentVariable);
        foreach (var line in check.Errors.Concat(check.Notes))
        {
            await Console.Error.WriteLineAsync(line);
        }

        return check.Agent is { } agent ? await RunAsync(parsed, agent, agent.Checks, cancellation) : ExitCodes.Configuration;
    }

    private async Task<int> RunConfiguredAsync(ParseResult parsed, string[] names, CancellationToken cancellation)
    {
        var (all, mode, tier) = (parsed.GetValue(_all), parsed.GetValue(_mode), parsed.GetValue(_tier));
        if ((names, all, mode ?? tier) switch
        {
            (_, false, not null) => "--mode and --tier go with --all",
            ([], false, _) => "name the checks to run, or write --all; or check a target without a file: --url URL, or --kind KIND",
            ([_, ..], true, _) => "write either names or --all",
            _ => Array.Find(names, static name => name.Contains("://", StringComparison.Ordinal)) is { } url ? $"write --url {url}" : null,
        } is { } refusal)
        {
            return await RefuseAsync(refusal);
        }

        AgentOptions? written = null;
        if (LoadedConfiguration.From(parsed.GetValue(_config), options => written = options) is not { Plan: { } agent } loaded)
        {
            return ExitCodes.Configuration;
        }

        if (Array.Find(names, name => !agent.Checks.Any(check => check.Name == name)) is { } unknown)
        {
            var nearest = Suggestion.For(unknown, agent.Checks.Select(check => check.Name));
            return await RefuseAsync(written?.Checks.Any(check => check.Name == unknown) is true
                ? $"{loaded.File.Name}: the check '{unknown}' is disabled; remove enabled: false to run it"
                : $"{loaded.File.Name}: there is no check '{PlainText.Line(unknown)}'{nearest}");
        }

        bool IsChosen(CheckPlan check) =>
            (mode != "light" || check.Tier != Tier.Functional) && (tier is null || check.Tier.Name() == tier);
        List<CheckPlan> plans = all
            ? [.. agent.Checks.Where(static check => !check.IsPassive).Where(IsChosen)]
            : [.. names.Distinct(StringComparer.Ordinal).Select(name => agent.Checks.First(check => check.Name == name))];
        return plans.Count > 0
            ? await RunAsync(parsed, agent, plans, cancellation)
            : await RefuseAsync($"{loaded.File.Name}: no check matches");
    }

    private Task<int> RunAsync(ParseResult parsed, AgentPlan agent, IReadOnlyList<CheckPlan> plans, CancellationToken cancellation) =>
        CheckSession.RunAsync(agent, plans, OutputFormat.IsJson(parsed.GetValue(_output)), isBrief: parsed.GetValue(_all), cancellation);

    private static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Select(static option => option.Name);

    private static async Task<int> RefuseAsync(string refusal)
    {
        await Console.Error.WriteLineAsync(refusal);
        return ExitCodes.Unknown;
    }
}
