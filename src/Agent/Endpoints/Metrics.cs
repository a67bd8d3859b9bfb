using HealthAgent.Telemetry;

namespace HealthAgent.Endpoints;

/// <summary><c>/metrics</c>, by OpenTelemetry's Prometheus exporter.</summary>
internal static class Metrics
{
    /// <summary>Maps the route.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapReading("/metrics", routes.ServiceProvider.GetRequiredService<MetricsPipeline>().ScrapeAsync);
}
