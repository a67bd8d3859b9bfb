using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Prometheus;

/// <summary>A real Prometheus that scrapes a real agent.</summary>
public sealed class PrometheusTests
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

    [Fact]
    public async Task Prometheus_ScrapesTheAgent_AndAnswersAQuery()
    {
        _ = TestEnvironment.Prometheus;
        await using var agent = await TestAgent.StartAsync(Checks);
        await using var prometheus = PrometheusServer.Scraping(agent.Client);

        var down = await prometheus.UntilAnyAsync("health_check_up{health_check_name=\"nobody\"} == 0");
        down.GetProperty("metric").GetProperty("health_check_kind").GetString().ShouldBe("tcp");
        down.GetProperty("metric").GetProperty("health_check_tier").GetString().ShouldBe("dependency");
        down.GetProperty("metric").GetProperty("health_check_group").GetString().ShouldBe("shop");
        down.GetProperty("metric").GetProperty("team").GetString().ShouldBe("payments");
        await prometheus.UntilAnyAsync("health_check_status{health_check_name=\"nobody\",health_check_state=\"unhealthy\"} == 1");
        await prometheus.UntilAnyAsync(
            "health_check_executions_total{health_check_outcome=\"fail\",error_type=\"connection_refused\"} >= 3");
        await prometheus.UntilAnyAsync(
            "histogram_quantile(0.99, sum by (le) (rate(health_check_duration_seconds_bucket{health_check_name=\"nobody\"}[30s]))) > 0");
        await prometheus.UntilAnyAsync("health_agent_rollup_status{health_agent_rollup=\"readyz\",health_check_state=\"unhealthy\"} == 1");
        await prometheus.UntilAnyAsync("health_agent_rollup_status{health_agent_rollup=\"livez\",health_check_state=\"healthy\"} == 1");
        await prometheus.UntilAnyAsync("health_check_value{health_check_name=\"disk\",health_check_value_name=\"used\"} > 0");
        await prometheus.UntilAnyAsync("time() - health_check_last_completed_timestamp_seconds < 60");
    }
}
