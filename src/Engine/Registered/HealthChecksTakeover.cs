using HealthAgent.Planning;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent.Registered;

/// <summary>Takes what was registered with the framework's health checks over into the agent.</summary>
internal static class HealthChecksTakeover
{
    /// <summary>
    /// The plan with the checks that were registered until now. The framework's own loop, which would run them all in one batch
    /// beside the agent, is taken out; throws when a check has a name that cannot be.
    /// </summary>
    public static AgentPlan TakeOverHealthChecks(this IServiceCollection services, AgentPlan plan)
    {
        RemoveFrameworkLoop(services);
        var registered = new RegisteredChecks(Registrations(services));
        services.AddSingleton(registered);

        var mistakes = new List<string>();
        var whole = registered.AddTo(plan, mistakes);
        return mistakes.Count == 0 ? whole : throw new InvalidOperationException(string.Join(Environment.NewLine, mistakes));
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
