namespace HealthAgent.Endpoints;

/// <summary><c>/metrics</c>, by OpenTelemetry's Prometheus exporter.</summary>
internal static class Metrics
{
    /// <summary>Maps the route; the exporter itself would take any method.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
}
