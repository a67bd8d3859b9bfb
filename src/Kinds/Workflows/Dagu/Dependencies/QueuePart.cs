using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// The queues. One whose head waits although there is capacity is stuck; one at its limit only waits. Only queues with both are looked
/// into.
/// </summary>
internal sealed class QueuePart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "queue.reason";

    // Of the queues that could be stuck, and of the items of each, as many are looked at.
    private const int MostQueues = 20, MostItems = 20;

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("queued", ObservedType.Number, "runs that wait in queues; from version 1.22"),
            new("running", ObservedType.Number, "runs under way in queues; from version 1.22"),
            new("utilization", ObservedType.Percent, "running of what the queues let run at once; from version 1.22"),
            new("queue.waiting", ObservedType.Duration,
                "how long the head of a queue has waited although the queue has capacity, of all queues the longest; 0 if none does")
            {
                ExplainedBy = Reason,
            },
            new("queue.condition", ObservedType.Text,
                "why, in Dagu's word, such as `NoAvailableWorker`; only while one waits, from version 2.9") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "which run waits in which queue, and why"),
        ],
        Expect = ["queue.waiting <= 5m"],
        Warn = ["queue.waiting > 1m"],
        Create = static (settings, clock) => new QueuePart(settings, clock),
    };

    private readonly LastingOf<(string? Queue, string? Run)> _heads = new(clock, settings.LongestPause);
    private HashSet<string> _queues = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var queues = await run.GetAsync("/queues", DaguShapes.Queues, DaguRole.Viewer, cancellationToken);
        foreach (var (name, number) in ((string, double?)[])[
            ("queued", queues?.Summary?.TotalQueued), ("running", queues?.Summary?.TotalRunning),
            ("utilization", queues?.Summary?.UtilizationPercentage)])
        {
            if (number is { } noted)
            {
                run.Note(name, noted);
            }
        }

        if (queues?.Queues is { } listed)
        {
            await ObserveHeadsAsync(run, [.. listed.OfType<DaguQueue>()], cancellationToken);
        }
    }

    private async Task ObserveHeadsAsync(DaguRun run, IReadOnlyList<DaguQueue> queues, CancellationToken cancellationToken)
    {
        (TimeSpan Waiting, DaguQueue Queue, DaguRunSummary Head)? worst = null;
        var heads = new HashSet<(string?, string?)>();
        foreach (var queue in queues.Where(HasRoom).Take(MostQueues))
        {
            if (await HeadAsync(run, queue, cancellationToken) is not { } head || QueueConditions.WaitsForItsLimit(run, head))
            {
                continue;
            }

            heads.Add((queue.Name, head.DagRunId));
            var waiting = Waiting(run, queue, head);
            if (worst is null || waiting > worst.Value.Waiting)
            {
                worst = (waiting, queue, head);
            }
        }

        _heads.KeepOnly(heads);
        _queues = queues.Select(static queue => queue.Name ?? "").ToHashSet(StringComparer.Ordinal);
        run.Note("queue.waiting", worst?.Waiting ?? TimeSpan.Zero);
        if (worst is { } stuck)
        {
            var (condition, reason) = QueueConditions.Explain(run, stuck.Head, stuck.Queue, stuck.Waiting);
            if (condition is not null)
            {
                run.Note("queue.condition", condition);
            }

            run.Note(Reason, reason);
        }
    }

    /// <summary>
    /// How long a head has been seen waiting with capacity. At the first look into a queue nothing is known of its past, and the time
    /// since it was queued counts, but none in which Dagu did not run.
    /// </summary>
    private TimeSpan Waiting(DaguRun run, DaguQueue queue, DaguRunSummary head)
    {
        var isFirstLook = !_queues.Contains(queue.Name ?? "");
        var queuedAt = DaguTime.Parse(head.QueuedAt) ?? DaguTime.Parse(head.ScheduleTime);
        var age = queuedAt is { } at && run.ServerNow > at ? run.ServerNow - at : TimeSpan.Zero;
        age = age < run.Uptime ? age : run.Uptime ?? age;
        return _heads.Note((queue.Name, head.DagRunId), isFirstLook ? age : TimeSpan.Zero);
    }

    private static bool HasRoom(DaguQueue queue)
    {
        var queued = queue.QueuedCount ?? queue.Queued?.Count ?? 0;
        var running = queue.RunningCount ?? queue.Running?.Count ?? 0;
        return queued > 0 && (queue.MaxConcurrency is not > 0 || running < queue.MaxConcurrency);
    }

    /// <summary>The first item that is queued: others may be left over.</summary>
    private static async Task<DaguRunSummary?> HeadAsync(DaguRun run, DaguQueue queue, CancellationToken cancellationToken)
    {
        var items = queue.Queued ?? (await run.Api.GetAsync(
            $"/queues/{Uri.EscapeDataString(queue.Name ?? "")}/items?limit={MostItems}", DaguShapes.QueueItems, DaguRole.Viewer,
            cancellationToken))?.Items;
        return items?.FirstOrDefault(static item => item?.Status == DaguStatus.Queued);
    }
}
