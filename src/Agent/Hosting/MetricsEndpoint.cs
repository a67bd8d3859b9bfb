using HealthAgent.Endpoints;

namespace HealthAgent.Agent.Hosting;

/// <summary><c>/metrics</c>, using OpenTelemetry's Prometheus exporter.</summary>
internal static class MetricsEndpoint
{
    /// <summary>The route.</summary>
    public const string Route = "/metrics";

    /// <summary>Maps the route.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapReading(Route, routes.ServiceProvider.GetRequiredService<Scrapes>().ServeAsync);
}
