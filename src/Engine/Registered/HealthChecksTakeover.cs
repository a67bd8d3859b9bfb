using HealthAgent.Checks;
using HealthAgent.Planning;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent.Registered;

/// <summary>Takes what was registered with the framework's health checks over into the agent.</summary>
internal static class HealthChecksTakeover
{
    /// <summary>
    /// The checks that were registered until now, as a source. The framework's own loop, which would run them all in one batch beside the
    /// agent, is removed.
    /// </summary>
    public static IPlanSource TakeOverHealthChecks(this IServiceCollection services, KindIndex kinds)
    {
        RemoveFrameworkLoop(services);
        return new RegisteredSource(Registrations(services), kinds);
    }

    /// <summary>A plan that was loaded without them, merged with the checks that were registered until now.</summary>
    /// <exception cref="InvalidOperationException">They do not go together; the message has a line for each error.</exception>
    public static AgentPlan TakeOverHealthChecks(this IServiceCollection services, AgentPlan plan)
    {
        var code = services.TakeOverHealthChecks(plan.Kinds);
        IReadOnlyList<PlanPart> others = plan.Parts.Count > 0 ? plan.Parts : [PlanPart.ReadNow(new FixedSource(plan))];
        var merge = PlanMerge.Of(plan, [.. others, PlanPart.ReadNow(code)]);
        if (merge.Errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, merge.Errors));
        }

        // The settings stay those of the plan.
        var whole = merge.ToPlan();
        return plan with { Checks = whole.Checks, Maintenance = whole.Maintenance, Parts = whole.Parts };
    }

    /// <summary>Removes whatever hosted services the framework's registration adds; their types are its own.</summary>
    private static void RemoveFrameworkLoop(IServiceCollection services)
    {
        var added = new ServiceCollection();
        added.AddHealthChecks();
        var loops = added.Where(descriptor => descriptor.ServiceType == typeof(IHostedService)).Select(descriptor => descriptor.ImplementationType).ToHashSet();
        foreach (var loop in services.Where(descriptor =>
            descriptor.ServiceType == typeof(IHostedService) && !descriptor.IsKeyedService && descriptor.ImplementationType is { } type && loops.Contains(type)).ToList())
        {
            services.Remove(loop);
        }
    }

    // The size of telemetry depends on the plan, so the registrations are needed before there are services to ask.
    private static List<HealthCheckRegistration> Registrations(IServiceCollection services)
    {
        if (!services.Any(descriptor => descriptor.ServiceType == typeof(IConfigureOptions<HealthCheckServiceOptions>)))
        {
            return [];
        }

        using var provider = services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations];
    }
}
