namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>How a canary run is started.</summary>
internal enum CanaryWay
{
    /// <summary>By the server itself, past queue and scheduler: proves storage and execution.</summary>
    Start,

    /// <summary>Through the queue, which the scheduler works off.</summary>
    Enqueue,
}

/// <summary>The names of ways.</summary>
internal static class CanaryWays
{
    /// <summary>The ways by their names.</summary>
    public static readonly IReadOnlyDictionary<string, CanaryWay> Words = new Dictionary<string, CanaryWay>(StringComparer.Ordinal)
    {
        ["start"] = CanaryWay.Start,
        ["enqueue"] = CanaryWay.Enqueue,
    };

    /// <summary>The name in settings, ids, and the path of the API.</summary>
    public static string Name(this CanaryWay way) => way == CanaryWay.Start ? "start" : "enqueue";
}
