namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The roles of Dagu's users and API keys, each with the rights of those before it. Version 1.30 has no developer.</summary>
internal enum DaguRole
{
    /// <summary>Reads DAGs, runs and queues, and the metrics.</summary>
    Viewer,

    /// <summary>Starts, enqueues, stops and retries runs.</summary>
    Operator,

    /// <summary>Sees services and workers, sends inline DAGs, and deletes runs.</summary>
    Developer,
}
