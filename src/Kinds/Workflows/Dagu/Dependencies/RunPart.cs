using System.Globalization;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// The runs within a window, counted from the runs themselves: Dagu's own counter begins again at midnight. Asked only when a condition
/// speaks of it, at most every half minute, and in a bounded number of pages.
/// </summary>
internal sealed class RunPart(DaguSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "runs.reason", Zombies = "runs.zombies";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("runs.finished", ObservedType.Number,
                "runs of the last `window` that finished, of the newest 2000, without those that were aborted; "
                + "only with a condition on runs"),
            new("runs.failed", ObservedType.Number, "those that failed or were rejected") { ExplainedBy = Reason },
            new("runs.failureRatio", ObservedType.Percent, "failed of finished; 0 where none finished") { ExplainedBy = Reason },
            new("runs.duplicates", ObservedType.Number,
                "scheduled times of a DAG that were run more than once, a sign of two schedulers; from version 2") { ExplainedBy = Reason },
            new(Zombies, ObservedType.Number,
                "failed runs whose process Dagu lost sight of; only with a condition on it, from version 2") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "which runs, in words"),
        ],
        Expect = ["runs.duplicates == 0"],
        Create = static (settings, clock) => settings.AsksFor(Concern!.Values) ? new RunPart(settings, clock) : null,
    };

    private readonly Paced<IReadOnlyList<DaguRunSummary>> _runs = new(clock, TimeSpan.FromSeconds(30));
    private readonly ZombieRuns? _zombies = settings.AsksFor([Zombies]) ? new ZombieRuns() : null;

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var runs = await _runs.GetAsync(() => AskAsync(run, cancellationToken));
        var failed = runs.Where(static one => one.Status is DaguStatus.Failed or DaguStatus.Rejected).ToList();
        var finished = failed.Count + runs.Count(static one => one.Status is DaguStatus.Succeeded or DaguStatus.PartiallySucceeded);
        run.Note("runs.finished", finished);
        run.Note("runs.failed", failed.Count);
        run.Note("runs.failureRatio", finished == 0 ? 0 : 100.0 * failed.Count / finished);
        var duplicate = run.IsSecondMajor ? NoteDuplicates(run, runs) : null;
        var zombie = _zombies is not null && run.IsSecondMajor ? await NoteZombiesAsync(run, failed, cancellationToken) : null;
        if ((duplicate ?? zombie ?? Failures(failed, finished)) is { } reason)
        {
            run.Note(Reason, reason);
        }
    }

    private static string? NoteDuplicates(DaguRun run, IReadOnlyList<DaguRunSummary> runs)
    {
        var twice = runs.Where(static one => one is { TriggerType: "scheduler", ScheduleTime.Length: > 0 })
            .GroupBy(static one => (one.Name, one.ScheduleTime))
            .Where(static slot => slot.Select(static one => one.DagRunId).Distinct(StringComparer.Ordinal).Skip(1).Any())
            .ToList();
        run.Note("runs.duplicates", twice.Count);
        return twice.Count == 0
            ? null
            : DaguRunbook.With(
                $"{twice[0].Key.Name} ran more than once for {twice[0].Key.ScheduleTime}: two schedulers fire",
                DaguRunbook.TwoSchedulers);
    }

    private async Task<string?> NoteZombiesAsync(DaguRun run, List<DaguRunSummary> failed, CancellationToken cancellationToken)
    {
        var (count, name) = await _zombies!.CountAsync(run.Api, failed, cancellationToken);
        run.Note(Zombies, count);
        return count == 0
            ? null
            : DaguRunbook.With(
                $"Dagu gave up {count} runs, such as of {name}, since their process did not beat: false zombies if the job went on",
                DaguRunbook.FalseZombies);
    }

    private string? Failures(List<DaguRunSummary> failed, int finished)
    {
        if (failed.GroupBy(static one => one.Name, StringComparer.Ordinal).MaxBy(static dag => dag.Count()) is not { } most)
        {
            return null;
        }

        return DaguRunbook.With(
            $"{failed.Count} of {finished} runs failed in {Units.Format(settings.Dependencies.Window)}, "
            + $"{most.Count()} of them of {most.Key}",
            DaguRunbook.FailingRuns);
    }

    private async Task<IReadOnlyList<DaguRunSummary>> AskAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var from = (run.ServerNow - settings.Dependencies.Window).ToUnixTimeSeconds();
        var path = string.Create(CultureInfo.InvariantCulture, $"/dag-runs?fromDate={from}&limit={DaguLists.RunsOfAPage}");
        return (await run.Api.RunsAsync(path, cancellationToken)).Runs;
    }
}
