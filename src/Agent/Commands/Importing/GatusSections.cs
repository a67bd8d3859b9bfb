namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Sections of Gatus that are not about checks.</summary>
internal static class GatusSections
{
    /// <summary>Each with where what it is for is set with the agent.</summary>
    public static readonly (string Key, string Message)[] Elsewhere =
    [
        ("alerting", Unavailable.Alerts),
        ("announcements", "there is no page for them in this version; not taken over"),
        ("concurrency", "the agent has its own limit by cores; set agent.concurrency if another is needed"),
        ("debug", "the level of logging is set by environment variables (docs/operating.md)"),
        ("disable-monitoring-lock", "checks never wait for each other; not needed"),
        ("metrics", "always there, at /metrics; not needed"),
        ("remote", "give the other agent's /health to a check of kind http"),
        ("security", "who may see what is set in agent.yaml itself (docs/operating.md); not taken over"),
        ("skip-invalid-config-update", "an invalid configuration is never taken into use; not needed"),
        ("storage", "the agent keeps its state in memory; Prometheus keeps its history"),
        ("suites", "write them as checks of kind scenario by hand (docs/scenarios.md)"),
        ("tunneling", Unavailable.Proxy),
        ("ui", "there is no page in this version; not taken over"),
        ("web", "set where to listen with agent.listen; not taken over"),
    ];
}
