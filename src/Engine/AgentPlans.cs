using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Planning;
using HealthAgent.Registered;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent;

/// <summary>Makes the plan of what the agent was given, when the application's services are complete.</summary>
internal static class AgentPlans
{
    /// <summary>The plan of all sources.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with it; the message has a line for each error.</exception>
    public static AgentPlan Load(HealthAgentBuilder given, IServiceProvider services)
    {
        var kinds = given.Plan?.Kinds ?? new KindIndex(given.Kinds);
        IEnumerable<IHealthCheckSource> registered = given.RunsRegisteredChecks
            ? [new ApplicationChecks(services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations)]
            : [];
        IReadOnlyList<IPlanSource> code =
            [.. registered.Concat(given.Sources.Select(source => source(services))).Select(source => new RegisteredSource(source, kinds))];
        var (plan, errors) = given.Plan is { } loaded ? Merge(loaded, code) : Load(given.File, kinds, code);
        return plan ?? throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    private static LoadedPlan Load(ConfigurationFile? file, KindIndex kinds, IReadOnlyList<IPlanSource> code)
    {
        IReadOnlyList<IPlanSource> files = file is null ? [] : [new FileSource(file, kinds, Environment.GetEnvironmentVariable)];
        return AgentPlan.Load(kinds, Environment.GetEnvironmentVariable, [.. files, .. code]);
    }

    // The settings stay those of the plan that was loaded.
    private static LoadedPlan Merge(AgentPlan loaded, IReadOnlyList<IPlanSource> code)
    {
        IReadOnlyList<PlanPart> parts = loaded.Parts.Count > 0 ? loaded.Parts : [PlanPart.ReadNow(new FixedSource(loaded))];
        var merge = PlanMerge.Of(loaded, [.. parts, .. code.Select(PlanPart.ReadNow)]);
        if (merge.Errors.Count > 0)
        {
            return new LoadedPlan(null, merge.Errors);
        }

        var whole = merge.ToPlan();
        return new LoadedPlan(loaded with { Checks = whole.Checks, Maintenance = whole.Maintenance, Parts = whole.Parts }, []);
    }
}
