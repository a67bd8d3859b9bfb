using HealthAgent;
using HealthAgent.Endpoints;
using HealthAgent.History;
using HealthAgent.Instruments;
using HealthAgent.Operations;
using HealthAgent.Planning;
using HealthAgent.Publishers;
using HealthAgent.Registered;
using HealthAgent.Reload;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Health Agent to an application.</summary>
public static class HealthAgentServiceCollectionExtensions
{
    /// <summary>
    /// Adds an agent that runs checks in the background once the application has started, each on a schedule of its own, and keeps what
    /// they say in one
    /// snapshot, see <see cref="IHealthSnapshots"/>. Its meter and its activity source are named <c>HealthAgent</c>; whether they are
    /// collected is
    /// the application's choice, as are logging, authentication, error pages and everything else that the agent was not given.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Gives the agent its checks. With a second call, the same agent is given more.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHealthAgent(this IServiceCollection services, Action<HealthAgentBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var known = services
            .FirstOrDefault(static service => service.ServiceType == typeof(HealthAgentBuilder))?
            .ImplementationInstance as HealthAgentBuilder;
        var given = known ?? new HealthAgentBuilder();
        configure(given);
        if (known is null)
        {
            services.AddSingleton(given);
            AddAgent(services, given);
        }

        if ((given.File is not null || given.Plan is not null || given.Sources.Count > 0)
            && services.All(static service => service.ServiceType != typeof(Reloader)))
        {
            services.AddReload();
        }

        if (given.RunsRegisteredChecks && services.All(static service => service.ImplementationType != typeof(HealthReportLoop)))
        {
            services.AddHealthChecks();
            services.RemoveFrameworkLoop();
            services.AddHostedService<HealthReportLoop>();
        }

        return services;
    }

    private static void AddAgent(IServiceCollection services, HealthAgentBuilder given)
    {
        services.TryAddSingleton(TimeProvider.System);

        // Resolved when the application is built: what is registered until then counts.
        services.AddSingleton(provider => AgentPlans.Load(given, provider));

        services.AddSingleton<AgentClock>();
        services.AddHistory();
        services.AddSingleton(static provider => new StateStore(
            provider.GetRequiredService<AgentPlan>(), provider.GetRequiredService<AgentClock>(), provider.GetServices<IStateListener>(),
            provider.GetRequiredService<CarriedHistory>().States, provider.GetRequiredService<CarriedOperations>()));
        services.AddSingleton<Readiness>();

        services.AddSingleton<AgentEvents>();
        services.AddSingleton<ExportHealth>();
        services.AddSingleton<RunTelemetry>();
        services.AddSingleton<IStateListener>(static provider => provider.GetRequiredService<RunTelemetry>());
        services.AddSingleton<IMetricsSource>(static provider => provider.GetRequiredService<RunTelemetry>());
        services.AddSingleton<IMetricsSource, SnapshotMetrics>();
        services.AddSingleton<AgentMeter>();
        services.AddSingleton<IPlanListener>(static provider => provider.GetRequiredService<AgentMeter>());

        services.AddSingleton<TransitionFeed>();
        services.AddSingleton<IStateListener>(static provider => provider.GetRequiredService<TransitionFeed>());
        services.AddSingleton<IHealthSnapshots, HealthSnapshots>();

        services.AddSingleton<OperationsFile>();
        services.AddSingleton(static provider => provider.GetRequiredService<OperationsFile>().Load());
        services.AddSingleton<IStateListener>(static provider => provider.GetRequiredService<OperationsFile>());

        services.AddSingleton<IHealthRuns, HealthRuns>();
        services.AddSingleton<RunsOfAll>();
        services.AddSingleton<Operating>();
        services.AddSingleton<ActionAudit>();
        services.AddSingleton<IMetricsSource>(static provider => provider.GetRequiredService<ActionAudit>());

        services.AddSingleton<Answers>();
        services.AddSingleton<HealthDocuments>();
        services.AddSingleton<Transfers>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<IMetricsSource>(static provider => provider.GetRequiredService<EventStreams>());

        services.AddHostedService<AgentLifetime>();

        // They stop in reverse: what the last runs did is kept.
        services.AddHostedService<HistoryKeeper>();
        services.AddScheduling();
    }
}
