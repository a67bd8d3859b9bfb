namespace HealthAgent.Agent.Commands.Importing;

/// <summary>What is said of things that the agent does not have.</summary>
internal static class Unavailable
{
    /// <summary>A check of a kind that is planned and not there.</summary>
    public static string Kind(string kind) => $"needs the kind {kind}, which is not available in this version; not taken over";

    /// <summary>A check that no kind is planned for.</summary>
    public const string NoKind = "there is no kind for it; not taken over: let a script that knows it answer over HTTP, and check that";

    /// <summary>A proxy between the agent and its target.</summary>
    public const string Proxy = "not available in this version: the agent connects directly; not taken over";

    /// <summary>A token that has to be asked for first.</summary>
    public const string OAuth = "not available as a setting; write a scenario whose first step asks for the token (docs/scenarios.md)";

    /// <summary>Where a job reports to now.</summary>
    public const string Push =
        "the job reports to another address now: PUT /heartbeats/NAME with its token, and ?status=fail&message=… for a failure";

    /// <summary>Whom to notify.</summary>
    public const string Alerts =
        "the agent notifies nobody itself; Prometheus and Alertmanager do, with the rules of deploy/prometheus (docs/operating.md)";
}
