using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Telemetry;

/// <summary>Exactly the metrics of the contract, as forwarded by a real collector.</summary>
public sealed class ContractTests
{
    private const int Cumulative = 2;
    private const string Runtime = "System.Runtime";

    [Fact]
    public async Task Collector_SeesEveryMetric_WithItsNameInstrumentUnitAndAttributes()
    {
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        // Before a failed export, its counter has no error type.
        sink.IsRefusing = true;
        await using var agent = await ContractAgent.StartAsync(collector.Grpc, "grpc");
        await agent.Process.UntilMetricAsync("health_agent_export_failures_total", "error_type=");
        sink.IsRefusing = false;

        await Eventually.TrueAsync(
            () => string.Join(", ", Contract.Metrics.SelectMany(metric => Missing(metric, sink))),
            missing => missing.Length == 0,
            "all of the contract arrives");

        foreach (var metric in sink.Metrics.Where(metric => metric.Origin.Scope != Runtime))
        {
            metric.Origin.Scope.ShouldBe("HealthAgent");
            var contracted = Contract.Metrics.SingleOrDefault(contracted => contracted.Name == metric.Name)
                .ShouldNotBeNull($"{metric.Name} is not in the contract");
            (metric.Type, metric.IsMonotonic).ShouldBe(contracted.Otlp, metric.Name);
            metric.Temporality.ShouldBe(contracted.Instrument == Instrument.Gauge ? 0 : Cumulative, metric.Name);
            metric.Unit.ShouldBe(contracted.Unit, metric.Name);
            metric.Description.ShouldNotBeEmpty(metric.Name);
            foreach (var point in metric.Points)
            {
                ContractAgent.Listed(point.Attributes.Keys.Except(contracted.Sometimes, StringComparer.Ordinal))
                    .ShouldBe(ContractAgent.Listed(
                        ContractAgent.AttributesOf(contracted, point.Attributes.Text("health_check.name"))), contracted.Name);
            }
        }

        sink.Metrics.ShouldContain(metric => metric.Origin.Scope == Runtime && metric.Name == "dotnet.gc.collections");
    }

    /// <summary>What is still missing of a metric: all of it, or an attribute of some series.</summary>
    private static IEnumerable<string> Missing(ContractedMetric contracted, OtlpJsonSink sink)
    {
        var points = sink.Metrics.Where(metric => metric.Name == contracted.Name).SelectMany(metric => metric.Points).ToList();
        return points.Count == 0
            ? [contracted.Name]
            : contracted.Sometimes.Where(name => !points.Exists(point => point.Attributes.ContainsKey(name)))
                .Select(name => $"{contracted.Name}{{{name}}}");
    }
}
