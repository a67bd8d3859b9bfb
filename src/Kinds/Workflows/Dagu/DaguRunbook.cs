using HealthAgent.State;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The sections of <c>docs/runbooks/dagu.md</c>, one for each way in which Dagu fails.</summary>
internal static class DaguRunbook
{
    public const string NoScheduler = "no-active-scheduler";
    public const string TwoSchedulers = "two-schedulers";
    public const string CrashLoop = "scheduler-crash-loop";
    public const string FiringNothing = "active-but-firing-nothing";
    public const string TickPanics = "swallowed-tick-panics";
    public const string QueuedForever = "queued-for-ever";
    public const string CorruptLeases = "corrupt-leases";
    public const string CorruptEntries = "corrupt-queue-entries";
    public const string NoCoordinator = "no-coordinator";
    public const string NoWorker = "no-worker";
    public const string WorkerGone = "runs-whose-worker-is-gone";
    public const string FalseZombies = "false-zombies";
    public const string FailingRuns = "failing-runs";
    public const string BrokenDags = "dag-files-with-errors";
    public const string ServerDisk = "disk-of-the-server";
    public const string ClockSkew = "clock-skew";
    public const string DataDirectory = "data-directory-unavailable";
    public const string Canary = "canary-fails";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        NoScheduler, TwoSchedulers, CrashLoop, FiringNothing, TickPanics, QueuedForever, CorruptLeases, CorruptEntries, NoCoordinator,
        NoWorker, WorkerGone, FalseZombies, FailingRuns, BrokenDags, ServerDisk, ClockSkew, DataDirectory, Canary,
    ];

    /// <summary>A reason with the runbook that belongs to it, which stays visible however long the reason is.</summary>
    public static string With(string reason, string section)
    {
        var runbook = $"; runbook dagu.md#{section}";
        var (line, longest) = (PlainText.Line(reason), CheckVerdict.LongestText - runbook.Length);
        return (line.Length <= longest ? line : CutAtABlank(line, longest)) + runbook;
    }

    // Within a word it might cut a secret, of whose half nobody could tell what it is.
    private static string CutAtABlank(string line, int longest) => $"{line[..Math.Max(line.LastIndexOf(' ', longest - 2), 0)]} …";
}
