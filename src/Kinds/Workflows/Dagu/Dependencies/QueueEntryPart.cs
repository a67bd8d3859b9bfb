using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// The files of the queues that Dagu cannot read, as after a power failure. It passes over them: neither a queue nor an error shows them,
/// only its metrics, which count all files, and by DAG those that can be read.
/// </summary>
internal sealed class QueueEntryPart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "queue.unreadable.reason";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("queue.unreadable", ObservedType.Number,
                "entries of queues that Dagu cannot read, whose runs never start; from its metrics, asked every 30 s, from version 2")
            {
                ExplainedBy = Reason,
            },
            new("queue.unreadableFor", ObservedType.Duration, "how long there has been one; 0 while there is none")
            {
                ExplainedBy = Reason,
            },
            new(Reason, ObservedType.Text, "what that means, in words"),
        ],
        Expect = ["queue.unreadableFor <= 5m"],
        Warn = ["queue.unreadableFor > 1m"],
        Create = static (settings, clock) => new QueueEntryPart(settings, clock),
    };

    private readonly Lasting _unreadable = new(clock, settings.LongestPause);
    private readonly Paced<double?> _count = new(clock, TimeSpan.FromSeconds(30));

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        if (!run.IsSecondMajor || await _count.GetAsync(() => CountAsync(run, cancellationToken)) is not { } count)
        {
            return;
        }

        run.Note("queue.unreadable", count);
        run.Note("queue.unreadableFor", _unreadable.Note(count > 0, run.Uptime ?? TimeSpan.Zero));
        if (count > 0)
        {
            run.Note(Reason, DaguRunbook.With(
                $"Dagu cannot read {count} {(count == 1 ? "entry" : "entries")} of its queues, whose runs never start",
                DaguRunbook.CorruptEntries));
        }
    }

    private static async Task<double?> CountAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var metrics = await run.MetricsAsync(cancellationToken);
        return DaguMetrics.Value(metrics, "dagu_dag_runs_queued_total") is { } all
            ? Math.Max(0, all - DaguMetrics.Sum(metrics, "dagu_dag_runs_queued_by_dag"))
            : null;
    }
}
