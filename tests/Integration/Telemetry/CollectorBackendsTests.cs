using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Telemetry;

/// <summary>The repository's collector configurations, in a real collector.</summary>
public sealed class CollectorBackendsTests
{
    private const string Metric =
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"health_check.up","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}""";

    private const string Trace =
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"health_check shop","traceId":"5b8efff798038103d269b633813fc60c","""
        + """
          "spanId":"eee19b7ec3c1b174"}]}]}]}
          """;
    private const string Log = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"health_check.state_changed"}]}]}]}""";

    [Theory]
    [InlineData("otel-collector.yaml")]
    [InlineData("otel-collector.yaml", "deploy/otel-collector.backends.yaml")]
    public async Task Configuration_AsItIs_IsValid(params string[] files)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(
            TestEnvironment.Collector, ["validate", .. files.Select(file => $"--config={Repository.PathOf(file)}")]);

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task Backends_EachSignal_GoesToItsOwn()
    {
        await using var prometheus = await OtlpJsonSink.StartAsync();
        await using var tempo = await OtlpJsonSink.StartAsync();
        await using var loki = await OtlpJsonSink.StartAsync();
        await using var vendor = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(
            ["otel-collector.yaml", "deploy/otel-collector.backends.yaml"],
            ["otlp_http/prometheus", "otlp_http/tempo", "otlp_http/loki", "otlp_http/vendor"],
            ("OTELCOL_METRICS_ENDPOINT", $"{prometheus.Endpoint}/api/v1/otlp"),
            ("OTELCOL_TRACES_ENDPOINT", tempo.Endpoint),
            ("OTELCOL_LOGS_ENDPOINT", $"{loki.Endpoint}/otlp"),
            ("OTELCOL_VENDOR_ENDPOINT", vendor.Endpoint),
            ("OTELCOL_VENDOR_TOKEN", "a-token"),
            ("OTELCOL_TENANT", "shop"),
            ("OTELCOL_TRACES_EXPORTERS", "[otlp_http/tempo, otlp_http/vendor]"));
        using var sender = new OtlpSender(collector.Http);

        await sender.SendAsync("metrics", Metric);
        await sender.SendAsync("traces", Trace);
        await sender.SendAsync("logs", Log);

        // Acknowledged is arrived: nothing has to be waited for.
        prometheus.Requests.ShouldHaveSingleItem().Path.ShouldBe("/api/v1/otlp/v1/metrics");
        prometheus.Metrics.ShouldHaveSingleItem().Name.ShouldBe("health_check.up");
        var (path, headers) = tempo.Requests.ShouldHaveSingleItem();
        path.ShouldBe("/v1/traces");
        headers["X-Scope-OrgID"].ShouldBe("shop");
        tempo.Spans.ShouldHaveSingleItem().Name.ShouldBe("health_check shop");
        (path, headers) = loki.Requests.ShouldHaveSingleItem();
        path.ShouldBe("/otlp/v1/logs");
        headers["X-Scope-OrgID"].ShouldBe("shop");
        loki.Logs.ShouldHaveSingleItem().EventName.ShouldBe("health_check.state_changed");
        (path, headers) = vendor.Requests.ShouldHaveSingleItem();
        path.ShouldBe("/v1/traces");
        headers["Authorization"].ShouldBe("Bearer a-token");
    }
}
