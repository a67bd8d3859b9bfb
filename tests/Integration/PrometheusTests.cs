using System.Globalization;
using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration;

/// <summary>A real Prometheus that scrapes a real agent.</summary>
public sealed class PrometheusTests : IAsyncLifetime
{
    private const string Checks = """
          - name: nobody
            kind: tcp
            address: 127.0.0.1:1
            group: shop
            labels: { team: payments }
          - name: agent
            kind: self
          - name: disk
            kind: disk
            path: /
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("prometheus-").FullName;
    private readonly HttpClient _client = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Prometheus_ScrapesTheAgent_AndAnswersAQuery()
    {
        await using var agent = await TestAgent.StartAsync(Checks);
        await using var prometheus = Start(agent, out var url);

        var down = await UntilAnyAsync(url, "health_check_up{health_check_name=\"nobody\"} == 0");
        down.GetProperty("metric").GetProperty("health_check_kind").GetString().ShouldBe("tcp");
        down.GetProperty("metric").GetProperty("health_check_tier").GetString().ShouldBe("dependency");
        down.GetProperty("metric").GetProperty("health_check_group").GetString().ShouldBe("shop");
        down.GetProperty("metric").GetProperty("team").GetString().ShouldBe("payments");
        await UntilAnyAsync(url, "health_check_status{health_check_name=\"nobody\",health_check_state=\"unhealthy\"} == 1");
        await UntilAnyAsync(url, "health_check_executions_total{health_check_outcome=\"fail\",error_type=\"connection_refused\"} >= 3");
        await UntilAnyAsync(url, "histogram_quantile(0.99, sum by (le) (rate(health_check_duration_seconds_bucket{health_check_name=\"nobody\"}[30s]))) > 0");
        await UntilAnyAsync(url, "health_agent_rollup_status{health_agent_rollup=\"readyz\",health_check_state=\"unhealthy\"} == 1");
        await UntilAnyAsync(url, "health_agent_rollup_status{health_agent_rollup=\"livez\",health_check_state=\"healthy\"} == 1");
        await UntilAnyAsync(url, "health_check_value{health_check_name=\"disk\",health_check_value_name=\"used\"} > 0");
        await UntilAnyAsync(url, "time() - health_check_last_completed_timestamp_seconds < 60");
    }

    [Fact]
    public async Task Metrics_OfARunningAgent_SatisfyPromtool()
    {
        var promtool = TestEnvironment.Promtool;
        await using var agent = await TestAgent.StartAsync(Checks);
        await agent.UntilAsync("nobody", "unhealthy");
        var metrics = (await agent.GetAsync("/metrics")).Body;

        var (exitCode, output) = await ChildProcess.RunAsync(promtool, ["check", "metrics"], metrics);

        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
        metrics.ShouldNotContain("otel_metric_overflow");
        metrics.ShouldNotContain("otel_scope");
    }

    private ChildProcess Start(TestAgent agent, out string url)
    {
        var port = Containers.FreePort().ToString(CultureInfo.InvariantCulture);
        url = $"http://127.0.0.1:{port}";
        var config = Path.Combine(_directory, "prometheus.yml");
        File.WriteAllText(config, $$"""
            global: { scrape_interval: 2s, scrape_timeout: 2s }
            scrape_configs:
              - job_name: health-agent
                static_configs: [{ targets: ["{{agent.Client.BaseAddress!.Authority}}"] }]
            """);
        return ChildProcess.Start(TestEnvironment.Prometheus,
        [
            $"--config.file={config}", $"--storage.tsdb.path={_directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ], _directory);
    }

    private Task<JsonElement> UntilAnyAsync(string url, string query) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                var answer = await _client.GetStringAsync(new Uri($"{url}/api/v1/query?query={Uri.EscapeDataString(query)}"));
                return JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("result").EnumerateArray().FirstOrDefault();
            }
            catch (HttpRequestException)
            {
                // It is still starting.
                return default;
            }
        },
        series => series.ValueKind == JsonValueKind.Object,
        query);
}
