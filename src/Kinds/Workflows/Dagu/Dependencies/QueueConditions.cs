namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>What Dagu's dispatcher says of a queued run, and what that means.</summary>
internal static class QueueConditions
{
    private const string AtItsLimit = "MaxConcurrencyReached";

    // It looks at each item about once a minute.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, (string Meaning, string Section)> Meanings = new(StringComparer.Ordinal)
    {
        [AtItsLimit] = ("its queue is at its limit", DaguRunbook.Canary),
        ["AssignmentPending"] = ("no worker has taken it yet", DaguRunbook.QueuedForever),
        ["AssignmentUnavailable"] = ("Dagu cannot read which worker took it", DaguRunbook.QueuedForever),
        ["AttemptIdentityMissing"] = ("its record is incomplete", DaguRunbook.QueuedForever),
        ["DAGSnapshotUnavailable"] = ("its DAG cannot be read", DaguRunbook.QueuedForever),
        ["NoMatchingWorker"] = ("no worker has the labels that its DAG selects", DaguRunbook.NoWorker),
        ["NoAvailableWorker"] = ("no worker is free", DaguRunbook.NoWorker),
        ["WorkerDispatchUnavailable"] = ("no coordinator dispatches", DaguRunbook.NoCoordinator),
        ["LaunchFailed"] = ("its process could not be started", DaguRunbook.QueuedForever),
        ["StartupNotObserved"] = ("it was launched but did not start", DaguRunbook.QueuedForever),
        ["RunLivenessUnavailable"] = ("Dagu cannot see whether another run of it is alive", DaguRunbook.CorruptLeases),
        ["QueueStateUnavailable"] = ("corrupt leases: Dagu cannot read the state of the queue", DaguRunbook.CorruptLeases),
    };

    /// <summary>Whether Dagu said lately that it waits for the limit of its queue, which is no fault.</summary>
    public static bool WaitsForItsLimit(DaguRun run, DaguRunSummary item) => Latest(run, item)?.Reason == AtItsLimit;

    /// <summary>Why a run waits: Dagu's word for it, if it has one, and a sentence.</summary>
    public static (string? Condition, string Reason) Explain(DaguRun run, DaguRunSummary item, DaguQueue queue, TimeSpan waiting)
    {
        var (condition, meaning, section) = Meaning(run, item)
            ?? (ActiveSchedulers.AreThere(run) is false
                ? (null, "no scheduler is active", DaguRunbook.NoScheduler)
                : (null, run.IsSecondMajor ? "Dagu's dispatcher does not look at it" : "nothing starts it", DaguRunbook.QueuedForever));
        return (condition, DaguRunbook.With(
            $"{item.Name} has waited {DaguTime.Words(waiting)} in queue {queue.Name} although it has capacity: {meaning}", section));
    }

    /// <summary>What Dagu said lately of a run that waits: its word, what that means, and the runbook; null if nothing.</summary>
    public static (string? Condition, string Meaning, string Section)? Meaning(DaguRun run, DaguRunSummary item)
    {
        if (Latest(run, item) is not { Reason: { } reason } condition)
        {
            return null;
        }

        var (meaning, section) = Meanings.GetValueOrDefault(reason, (condition.Message ?? reason, DaguRunbook.QueuedForever));
        return (reason, $"{meaning} ({reason})", section);
    }

    /// <summary>The verdict of the dispatcher, or else a detail; null if there is none, or only old ones.</summary>
    private static DaguCondition? Latest(DaguRun run, DaguRunSummary item)
    {
        var said = (item.Conditions ?? []).OfType<DaguCondition>()
            .Where(condition => condition.Status is "False" or "Unknown" && condition.Reason is { Length: > 0 }
                && (DaguTime.Parse(condition.CheckedAt) is not { } at || run.ServerNow - at < Fresh))
            .ToList();
        return said.Find(static condition => condition.Reason is "QueueStateUnavailable")
            ?? said.Find(static condition => condition.Type == "Runnable")
            ?? said.FirstOrDefault();
    }
}
