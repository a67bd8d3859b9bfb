namespace HealthAgent.Registered;

/// <summary>Takes what was registered with the framework's health checks over into the agent.</summary>
internal static class HealthChecksTakeover
{
    /// <summary>
    /// Removes whatever hosted services the framework's registration adds; their types are its own. They are a loop that would run all
    /// checks in
    /// one batch beside the agent.
    /// </summary>
    public static void RemoveFrameworkLoop(this IServiceCollection services)
    {
        var loops = FrameworkLoops();
        foreach (var loop in services.Where(descriptor =>
            descriptor.ServiceType == typeof(IHostedService) && !descriptor.IsKeyedService
            && descriptor.ImplementationType is { } type && loops.Contains(type)).ToList())
        {
            services.Remove(loop);
        }
    }

    /// <summary>The framework's loop, where it was added after it was removed.</summary>
    public static IEnumerable<IHostedService> FrameworkLoops(this IEnumerable<IHostedService> hosted)
    {
        var loops = FrameworkLoops();
        return hosted.Where(service => loops.Contains(service.GetType()));
    }

    private static HashSet<Type> FrameworkLoops()
    {
        var added = new ServiceCollection();
        added.AddHealthChecks();
        return [.. added
            .Where(descriptor => descriptor.ServiceType == typeof(IHostedService))
            .Select(descriptor => descriptor.ImplementationType!)];
    }
}
