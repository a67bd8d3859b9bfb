using System.Globalization;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// Distributed runs that are running although their worker is gone. Dagu fails them by itself about a minute after the worker was lost;
/// those that stay are what nobody cleans up.
/// </summary>
internal sealed class OrphanPart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "runs.orphaned.reason";

    private const int MostRuns = 500;

    // Dagu's list begins at midnight unless a date is given.
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(2);

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("runs.orphaned", ObservedType.Number,
                "running runs whose worker is gone, of the last two days; with `workers` or a condition on it") { ExplainedBy = Reason },
            new("runs.orphanedFor", ObservedType.Duration, "how long there has been one; 0 while there is none") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "which run and which worker"),
        ],
        Expect = ["runs.orphanedFor <= 2m"],
        Create = static (settings, clock) => settings.Dependencies.Workers is not null || settings.AsksFor(Concern!.Values)
            ? new OrphanPart(settings, clock)
            : null,
    };

    private readonly LastingOf<string> _orphans = new(clock, settings.LongestPause);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var workers = await run.WorkersAsync(cancellationToken);
        if (workers is null || workers.Errors is { Count: > 0 })
        {
            // It is not known which there are.
            return;
        }

        var from = (run.ServerNow - LooksBack).ToUnixTimeSeconds();
        var running = await run.Api.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/dag-runs?status={DaguStatus.Running}&fromDate={from}&limit={MostRuns}"),
            DaguShapes.Runs, DaguRole.Viewer, cancellationToken);
        var alive = (workers.Workers ?? []).Select(static worker => worker?.Id).ToHashSet(StringComparer.Ordinal);
        var orphans = (running?.Runs ?? []).OfType<DaguRunSummary>()
            .Where(one => one.WorkerId is { Length: > 0 } and not "local" && !alive.Contains(one.WorkerId))
            .DistinctBy(static one => one.DagRunId, StringComparer.Ordinal)
            .ToList();
        var (longest, oldest) = Longest(orphans);
        run.Note("runs.orphaned", orphans.Count);
        run.Note("runs.orphanedFor", longest);
        if (oldest is not null)
        {
            run.Note(Reason, DaguRunbook.With(
                $"{oldest.Name} is running by its record, but its worker {oldest.WorkerId} has been gone for {DaguTime.Words(longest)}",
                DaguRunbook.WorkerGone));
        }
    }

    private (TimeSpan Longest, DaguRunSummary? Run) Longest(List<DaguRunSummary> orphans)
    {
        _orphans.KeepOnly(orphans.Select(static one => one.DagRunId ?? "").ToHashSet(StringComparer.Ordinal));
        (TimeSpan Longest, DaguRunSummary? Run) worst = (TimeSpan.Zero, orphans.FirstOrDefault());
        foreach (var orphan in orphans)
        {
            var length = _orphans.Note(orphan.DagRunId ?? "");
            worst = length > worst.Longest ? (length, orphan) : worst;
        }

        return worst;
    }
}
