using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Telemetry;

/// <summary>Exactly the metrics of the contract, as scraped by a real Prometheus in OpenMetrics.</summary>
public sealed class ContractPrometheusTests
{
    // Added by Prometheus, and target metadata.
    private static readonly string[] FromTheScrape = ["job", "instance"];
    private static readonly string[] BesideTheContract = ["up", "scrape_", "dotnet_", "target_info"];

    private static readonly string[] Histogram = ["_bucket", "_sum", "_count", "_created"];

    [Fact]
    public async Task Prometheus_SeesEveryMetric_WithItsNameTypeAndLabels()
    {
        // Nothing listens there, so exports fail and are counted.
        await using var agent = await ContractAgent.StartAsync("http://127.0.0.1:1", "http/protobuf");
        await agent.Process.UntilMetricAsync("health_agent_export_failures_total", "error_type=");
        await using var prometheus = PrometheusServer.Scraping(agent.Process.Client, "scrape_protocols: [OpenMetricsText1.0.0]");

        List<Dictionary<string, string>> series = [];
        await Eventually.TrueAsync(
            async () =>
            {
                series = await SeriesAsync(prometheus);
                return string.Join(", ", Contract.Metrics.SelectMany(metric => Missing(metric, series)));
            },
            missing => missing.Length == 0,
            "all of the contract is scraped");

        var target = (await prometheus.AskAsync("/api/v1/targets"))!.Value.GetProperty("activeTargets")[0];
        (target.GetProperty("health").GetString(), target.GetProperty("lastError").GetString()).ShouldBe(("up", ""));
        foreach (var labels in series.Where(
            labels => !BesideTheContract.Any(name => labels["__name__"].StartsWith(name, StringComparison.Ordinal))))
        {
            var contracted = Contract.Metrics.SingleOrDefault(
                metric => NamesOf(metric).Contains(labels["__name__"], StringComparer.Ordinal)).ShouldNotBeNull($"{labels["__name__"]} "
                    + "is not in the contract");
            ShouldHaveItsLabels(contracted, labels);
        }

        var metadata = (await prometheus.AskAsync("/api/v1/metadata"))!.Value;
        foreach (var contracted in Contract.Metrics)
        {
            var known = metadata.GetProperty(FamilyOf(contracted)).EnumerateArray().ShouldHaveSingleItem();
            known.GetProperty("type").GetString().ShouldBe(contracted.PrometheusType, contracted.Name);
            known.GetProperty("help").GetString().ShouldNotBeNullOrEmpty(contracted.Name);
        }
    }

    [Fact]
    public async Task Metrics_InAllCircumstances_SatisfyPromtool()
    {
        var promtool = TestEnvironment.Promtool;
        await using var agent = await ContractAgent.StartAsync("http://127.0.0.1:1", "grpc");
        await agent.Process.UntilMetricAsync("health_agent_export_failures_total", "error_type=");

        var metrics = await agent.Process.MetricsAsync();

        var (exitCode, output) = await ChildProcess.RunAsync(promtool, ["check", "metrics"], metrics);

        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
        metrics.ShouldContain("dotnet_process_memory_working_set_bytes");
        metrics.ShouldNotContain("otel_metric_overflow");
    }

    private static async Task<List<Dictionary<string, string>>> SeriesAsync(PrometheusServer prometheus) =>
        (await prometheus.AskAsync("/api/v1/series?match[]={job=\"health-agent\"}"))?.Deserialize<List<Dictionary<string, string>>>() ?? [];

    private static IEnumerable<string> Missing(ContractedMetric contracted, List<Dictionary<string, string>> all)
    {
        foreach (var name in NamesOf(contracted).Where(name => !name.EndsWith("_created", StringComparison.Ordinal)))
        {
            var series = all.FindAll(labels => labels["__name__"] == name);
            if (series.Count == 0 || contracted.Sometimes.Select(Label).Any(label => !series.Exists(labels => labels.ContainsKey(label))))
            {
                yield return name;
            }
        }
    }

    private static void ShouldHaveItsLabels(ContractedMetric contracted, Dictionary<string, string> labels)
    {
        var expected = ContractAgent.AttributesOf(contracted, labels.GetValueOrDefault("health_check_name")).Select(Label)
            .Concat(FromTheScrape).Append("__name__");
        var bounds = labels["__name__"].EndsWith("_bucket", StringComparison.Ordinal) ? ["le"] : Array.Empty<string>();
        ContractAgent.Listed(labels.Keys.Except(contracted.Sometimes.Select(Label), StringComparer.Ordinal))
            .ShouldBe(ContractAgent.Listed(expected.Concat(bounds)), labels["__name__"]);
    }

    /// <summary>The series of a metric.</summary>
    private static string[] NamesOf(ContractedMetric metric) => metric.Instrument switch
    {
        Instrument.Histogram => [.. Histogram.Select(part => metric.Prometheus + part)],
        Instrument.Counter => [metric.Prometheus, $"{FamilyOf(metric)}_created"],
        _ => [metric.Prometheus],
    };

    /// <summary>Its name in OpenMetrics, where a counter's suffix is only on its series.</summary>
    private static string FamilyOf(ContractedMetric metric) =>
        metric.Instrument == Instrument.Counter ? metric.Prometheus[..^"_total".Length] : metric.Prometheus;

    private static string Label(string attribute) => attribute.Replace('.', '_');
}
