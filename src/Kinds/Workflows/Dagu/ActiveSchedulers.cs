namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>What was observed of schedulers, for those who explain what these do not do.</summary>
internal static class ActiveSchedulers
{
    /// <summary>Whether one is active; null if that was not observed.</summary>
    public static bool? AreThere(DaguRun run) =>
        run.Trace.Observed.TryGetValue("schedulers.active", out var active) ? active is not (0 or 0.0)
        : run.Trace.Observed.TryGetValue("schedulers.absent", out var absent) ? absent is TimeSpan { Ticks: 0 }
        : null;
}
