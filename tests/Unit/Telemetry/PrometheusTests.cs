using HealthAgent.Agent.Telemetry.Metrics;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

/// <summary>The text of a scrape.</summary>
/// <remarks>Runs alone, since OpenTelemetry collects the meters of all agents in the process.</remarks>
[Collection(Alone)]
public sealed class PrometheusTests
{
    private const string Alone = "Prometheus";

    private static readonly CheckPlan Check = Plans.Check(
        "db", Tier.Dependency, group: "orders", labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" });

    [Fact]
    public async Task Metrics_Names_AreThoseOfTheContract()
    {
        await using var agent = await AgentServer.StartAsync(Check);
        agent.Record("db", Plans.Outcome(Result.Fail, evidence: [new("value", 81), new("certificate.notAfter", Plans.Start)]));

        var text = (await agent.GetAsync("/metrics")).Body;
        var types = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line[7..])
            .Where(type => !type.StartsWith("dotnet_", StringComparison.Ordinal));

        types.ShouldBe(
            [
                "target_info gauge", "health_check_status gauge", "health_check_info gauge", "health_check_error gauge",
                    "health_check_duration_seconds histogram", "health_check_executions_total counter",
                "health_check_transitions_total counter", "health_check_last_completed_timestamp_seconds gauge",
                    "health_check_interval_seconds gauge",
                "health_check_status_since_timestamp_seconds gauge", "health_check_certificate_not_after_timestamp_seconds gauge",
                    "health_check_flapping gauge", "health_check_maintenance gauge", "health_check_suppressed gauge",
                    "health_check_acknowledged gauge", "health_check_silenced gauge",
                    "health_check_value gauge",
                "health_agent_rollup_status gauge", "health_agent_config_last_reload_successful gauge",
                    "health_agent_config_last_reload_success_timestamp_seconds gauge",
                "health_agent_scheduler_running gauge", "health_agent_scheduler_skipped_total counter",
                    "health_agent_log_dropped_total counter",
                "health_agent_events_streams gauge", "health_agent_events_dropped_total counter",
                    "health_agent_history_failures_total counter",
                "health_agent_memory_used_bytes gauge", "health_agent_memory_limit_bytes gauge", "health_agent_memory_waits_total counter",
                    "health_agent_memory_failures_total counter",
            ], ignoreOrder: true);
        text.ShouldContain(
            """health_check_status{health_check_group="orders",health_check_kind="scripted",health_check_name="db","""
            + """health_check_state="unknown",health_check_tier="dependency",team="payments"} 1""");
        text.ShouldContain("\ndotnet_process_memory_working_set_bytes{} ");
        text.ShouldNotContain("otel_scope");
    }

    [Fact]
    public async Task Metrics_ManyChecks_OverflowsNowhere()
    {
        await using var agent = await AgentServer.StartAsync([.. Enumerable.Range(0, 3000).Select(i => Plans.Check($"check-{i}"))]);
        agent.Store.Record([.. Enumerable.Range(0, 3000).Select(i => new CompletedRun(i, Plans.Outcome("PWF"[i % 3]), null))]);

        var text = (await agent.GetAsync("/metrics")).Body;

        text.ShouldNotContain("otel_metric_overflow");
        text.Split('\n').Count(line => line.StartsWith("health_check_status{", StringComparison.Ordinal)).ShouldBe(12_000);
        text.Split('\n').Count(line => line.StartsWith("health_check_duration_seconds_count{", StringComparison.Ordinal)).ShouldBe(3000);
    }

    [Fact]
    public async Task Metrics_OfChecksThatFailInEveryWay_OverflowNowhere()
    {
        var plans = Enumerable.Range(0, CardinalityLimits.MostChecksWithAllErrors).Select(i => Plans.Check($"check-{i}")).ToArray();
        await using var agent = await AgentServer.StartAsync(plans);
        foreach (var type in Enum.GetValues<ErrorType>())
        {
            var run = Plans.Outcome(Result.Fail, type);
            agent.Store.Record([.. plans.Select((_, i) => new CompletedRun(i, run, null))]);
            (await agent.GetAsync("/metrics")).Body.ShouldNotContain("otel_metric_overflow", customMessage: type.Name());
        }
    }

    [Theory]
    [InlineData(Names.Metrics.MemoryUsed, 64)]
    [InlineData(Names.Metrics.SchedulerLag, 64)]
    [InlineData(Names.Metrics.Up, 10_064)]
    [InlineData(Names.Metrics.Status, 40_064)]
    public void Limits_AreOfWhatAnInstrumentCanHave(string instrument, int limit)
    {
        var plan = Plans.Agent([.. Enumerable.Range(0, 10_000).Select(i => Plans.Check($"check-{i}"))]);
        CardinalityLimits.For(plan).Of(instrument).ShouldBe(limit);
    }

    [Fact]
    public async Task Metrics_LabelsThatNeedEscaping_AreEscaped()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "a \"quoted\" \\ line\nbreak" };
        await using var agent = await AgentServer.StartAsync(Plans.Check("db", labels: labels));

        (await agent.GetAsync("/metrics")).Body.ShouldContain("""note="a \"quoted\" \\ line\nbreak" """.TrimEnd());
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneDefinition;
}
