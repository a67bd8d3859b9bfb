namespace HealthAgent.Integration.Telemetry;

/// <summary>Instrument types; OTLP and Prometheus distinguish fewer.</summary>
internal enum Instrument
{
    Gauge,
    UpDownCounter,
    Counter,
    Histogram,
}

/// <summary>
/// A metric of the contract. Attributes are those besides the check's own; a question mark means on some series only.
/// </summary>
internal sealed record ContractedMetric(
    string Name, Instrument Instrument, string Unit, string Prometheus, bool IsOfCheck, params IReadOnlyList<string> Attributes)
{
    /// <summary>Its type in Prometheus.</summary>
    public string PrometheusType => Instrument switch
    {
        Instrument.Counter => "counter",
        Instrument.Histogram => "histogram",
        _ => "gauge",
    };

    /// <summary>Its data type in OTLP, and whether it is monotonic.</summary>
    public (string Type, bool IsMonotonic) Otlp => Instrument switch
    {
        Instrument.Gauge => ("gauge", false),
        Instrument.Histogram => ("histogram", false),
        var sum => ("sum", sum == Instrument.Counter),
    };

    /// <summary>Attributes of every series.</summary>
    public IEnumerable<string> Always => Attributes.Where(name => !name.EndsWith('?'));

    /// <summary>Attributes of some series.</summary>
    public IEnumerable<string> Sometimes => Attributes.Where(name => name.EndsWith('?')).Select(name => name.TrimEnd('?'));
}

/// <summary>All metrics of the agent. Others must not be emitted.</summary>
internal static class Contract
{
    public static readonly IReadOnlyList<ContractedMetric> Metrics =
    [
        OfCheck("health_check.status", Instrument.UpDownCounter, "", "health_check_status", "health_check.state"),
        OfCheck("health_check.up", Instrument.Gauge, "", "health_check_up"),
        OfCheck("health_check.info", Instrument.Gauge, "", "health_check_info", "health_check.impact"),
        OfCheck("health_check.error", Instrument.Gauge, "", "health_check_error", "error.type"),
        OfCheck("health_check.objective", Instrument.Gauge, "", "health_check_objective"),
        OfCheck("health_check.duration", Instrument.Histogram, "s", "health_check_duration_seconds", "error.type?"),
        OfCheck("health_check.executions", Instrument.Counter, "{run}", "health_check_executions_total", "health_check.outcome",
            "error.type?"),
        OfCheck("health_check.transitions", Instrument.Counter, "{transition}", "health_check_transitions_total"),
        OfCheck("health_check.last_completed.timestamp", Instrument.Gauge, "s", "health_check_last_completed_timestamp_seconds"),
        OfCheck("health_check.interval", Instrument.Gauge, "s", "health_check_interval_seconds"),
        OfCheck("health_check.status_since.timestamp", Instrument.Gauge, "s", "health_check_status_since_timestamp_seconds"),
        OfCheck("health_check.maintenance", Instrument.Gauge, "", "health_check_maintenance"),
        OfCheck("health_check.silenced", Instrument.Gauge, "", "health_check_silenced"),
        OfCheck("health_check.acknowledged", Instrument.Gauge, "", "health_check_acknowledged"),
        OfCheck("health_check.flapping", Instrument.Gauge, "", "health_check_flapping"),
        OfCheck("health_check.suppressed", Instrument.Gauge, "", "health_check_suppressed"),
        OfCheck("health_check.certificate.not_after.timestamp", Instrument.Gauge, "s",
            "health_check_certificate_not_after_timestamp_seconds"),
        OfCheck("health_check.value", Instrument.Gauge, "", "health_check_value", "health_check.value.name"),
        OfCheck("health_check.phase.duration", Instrument.Gauge, "s", "health_check_phase_duration_seconds", "health_check.phase"),
        OfCheck("health_check.step.duration", Instrument.Gauge, "s", "health_check_step_duration_seconds", "health_check.step"),
        OfCheck("health_check.step.error", Instrument.Gauge, "", "health_check_step_error", "health_check.step", "error.type"),
        OfAgent("health_agent.rollup.status", Instrument.UpDownCounter, "", "health_agent_rollup_status", "health_agent.rollup",
            "health_check.state"),
        OfAgent("health_agent.scheduler.lag", Instrument.Histogram, "s", "health_agent_scheduler_lag_seconds"),
        OfAgent("health_agent.scheduler.running", Instrument.UpDownCounter, "{run}", "health_agent_scheduler_running"),
        OfAgent("health_agent.scheduler.skipped", Instrument.Counter, "{run}", "health_agent_scheduler_skipped_total"),
        OfAgent("health_agent.memory.used", Instrument.UpDownCounter, "By", "health_agent_memory_used_bytes"),
        OfAgent("health_agent.memory.limit", Instrument.UpDownCounter, "By", "health_agent_memory_limit_bytes"),
        OfAgent("health_agent.memory.waits", Instrument.Counter, "{wait}", "health_agent_memory_waits_total"),
        OfAgent("health_agent.memory.failures", Instrument.Counter, "{failure}", "health_agent_memory_failures_total"),
        OfAgent("health_agent.config.last_reload_successful", Instrument.Gauge, "", "health_agent_config_last_reload_successful"),
        OfAgent("health_agent.config.last_reload_success.timestamp", Instrument.Gauge, "s",
            "health_agent_config_last_reload_success_timestamp_seconds"),
        OfAgent("health_agent.export.failures", Instrument.Counter, "{attempt}", "health_agent_export_failures_total",
            "health_agent.export.signal", "error.type?"),
        OfAgent("health_agent.export.lost", Instrument.Counter, "{record}", "health_agent_export_lost_total", "health_agent.export.signal"),
        OfAgent("health_agent.actions", Instrument.Counter, "{action}", "health_agent_actions_total", "health_agent.action",
            "health_agent.action.outcome"),
        OfAgent("health_agent.events.streams", Instrument.UpDownCounter, "{stream}", "health_agent_events_streams"),
        OfAgent("health_agent.events.dropped", Instrument.Counter, "{stream}", "health_agent_events_dropped_total"),
        OfAgent("health_agent.history.failures", Instrument.Counter, "{failure}", "health_agent_history_failures_total"),
        OfAgent("health_agent.log.dropped", Instrument.Counter, "{line}", "health_agent_log_dropped_total"),
    ];

    private static ContractedMetric OfCheck(
        string name, Instrument instrument, string unit, string prometheus, params string[] attributes) =>
        new(name, instrument, unit, prometheus, IsOfCheck: true, attributes);

    private static ContractedMetric OfAgent(
        string name, Instrument instrument, string unit, string prometheus, params string[] attributes) =>
        new(name, instrument, unit, prometheus, IsOfCheck: false, attributes);
}
