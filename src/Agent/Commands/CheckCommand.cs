using System.CommandLine;
using HealthAgent.Agent.Hosting;
using HealthAgent.Instruments;
using HealthAgent.Memory;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary><c>check</c>: runs checks once, as the worker would, and explains what each saw. No agent is needed for it.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = "The checks to run.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> All = new("--all") { Description = "Run all checks of the configuration." };

    private static readonly Option<string?> Mode = new("--mode")
    {
        Description = "With --all: light leaves out the tier functional; full is all.",
        HelpName = "MODE",
    };

    private static readonly Option<string?> OfTier = new("--tier")
    {
        Description = "With --all: the checks of one tier.",
        HelpName = "TIER",
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "json: one JSON array instead of text.",
        HelpName = "FORMAT",
    };

    /// <summary>The command; the configuration is where <paramref name="config"/> says.</summary>
    public static Command Create(Option<string?> config)
    {
        Mode.AcceptOnlyFromAmong("light", "full");
        OfTier.AcceptOnlyFromAmong([.. TierNames.Tiers.Keys]);
        Output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("check", "Run checks once and explain what they saw; exit 0 pass, 1 warn, 2 fail, 3 unknown.")
        {
            Names, All, Mode, OfTier, Output,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, config, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Option<string?> config, CancellationToken cancellation)
    {
        if (LoadedConfiguration.From(parsed.GetValue(config)) is not { Plan: { } agent } loaded)
        {
            return ExitCodes.Configuration;
        }

        var (names, all) = (parsed.GetValue(Names) ?? [], parsed.GetValue(All));
        if (Refusal(agent, names, all, parsed.GetValue(Mode) ?? parsed.GetValue(OfTier)) is { } refusal)
        {
            await Console.Error.WriteLineAsync($"{loaded.File.Name}: {refusal}");
            return ExitCodes.NoOutcome;
        }

        List<CheckPlan> plans = all
            ? [.. agent.Checks.Where(check => IsChosen(check, parsed.GetValue(Mode), parsed.GetValue(OfTier)))]
            : [.. names.Distinct(StringComparer.Ordinal).Select(name => agent.Checks.First(check => check.Name == name))];
        if (plans.Count == 0)
        {
            await Console.Error.WriteLineAsync($"{loaded.File.Name}: no check matches");
            return ExitCodes.NoOutcome;
        }

        var records = await RunAsync(agent, plans, cancellation);
        Console.Write(parsed.GetValue(Output) == "json" ? CheckReport.Json(plans, records) : CheckReport.Text(plans, records));
        return records.Max(record => record.Result) switch
        {
            Result.Pass => ExitCodes.Ok,
            Result.Warn => ExitCodes.Warn,
            _ => ExitCodes.Fail,
        };
    }

    private static string? Refusal(AgentPlan agent, string[] names, bool all, string? filter) => (names, all, filter) switch
    {
        ([], false, _) => "name the checks to run, or write --all",
        ([_, ..], true, _) => "write either names or --all",
        (_, false, not null) => "--mode and --tier go with --all",
        _ => names.FirstOrDefault(name => !agent.Checks.Any(check => check.Name == name)) is { } unknown
            ? $"there is no check '{unknown}'{Suggestion.For(unknown, agent.Checks.Select(check => check.Name))}"
            : null,
    };

    private static bool IsChosen(CheckPlan check, string? mode, string? tier) =>
        (mode != "light" || check.Tier != Tier.Functional) && (tier is null || check.Tier.Name() == tier);

    private static async Task<RunRecord[]> RunAsync(AgentPlan agent, List<CheckPlan> plans, CancellationToken cancellation)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<AgentClock>();
        services.AddSingleton<SchedulerPulse>();
        services.AddSingleton<ExportHealth>();
        services.AddSingleton(new BodyMemory(agent.Memory));
        services.AddSingleton<CheckRunner>();
        await using var provider = services.BuildServiceProvider();
        var runner = provider.GetRequiredService<CheckRunner>();
        ReservedThreads.For(agent.Concurrency);

        var records = new RunRecord[plans.Count];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = agent.ConcurrencyPerHost, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, plans.Count), atOnce, async (i, _) =>
        {
            var check = new CheckInstance(plans[i]);
            var run = await runner.RunAsync(check);
            run.Span?.Dispose();
            records[i] = run.Record;
            if (run.Abandoned is null)
            {
                await check.DisposeAsync();
            }
        });
        return records;
    }
}
