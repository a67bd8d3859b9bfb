using HealthAgent.Checks;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>Whether the slots of cron schedules become runs.</summary>
internal sealed class SchedulePart(ScheduleSettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "schedules.reason";

    private const int MostLookedAt = 5;

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Functional,
        Values =
        [
            new("schedules", ObservedType.Number, "DAGs whose cron schedules are watched"),
            new("schedules.known", ObservedType.Number, "those of them of which a slot could be judged") { ExplainedBy = Reason },
            new("schedules.missed", ObservedType.Number, "those of them whose latest slot got no run") { ExplainedBy = Reason },
            new("schedules.overdue", ObservedType.Number,
                "DAGs whose next run is more than two minutes in the past; from version 2.10") { ExplainedBy = Reason },
            new("schedules.duplicates", ObservedType.Number, "slots that got more than one run; from version 2") { ExplainedBy = Reason },
            new("schedules.lost", ObservedType.Number, "slots of the last hour that got no run") { ExplainedBy = Reason },
            new("schedules.suspended", ObservedType.Number, "DAGs that are named in `schedules` but suspended") { ExplainedBy = Reason },
            new("schedules.unwatched", ObservedType.Number, "with `watch`, DAGs beyond the first 2000, which are not looked at")
            {
                ExplainedBy = Reason,
            },
            new(Reason, ObservedType.Text, "what is wrong with which schedules, or why that is not known"),
        ],
        Expect = ["schedules.missed == 0", "schedules.overdue == 0", "schedules.duplicates == 0"],
        Warn = ["schedules.known == 0", "schedules.lost > 0", "schedules.suspended > 0", "schedules.unwatched > 0"],
        Create = static (dagu, clock) => dagu.Functional.Schedules is { } schedules ? new SchedulePart(schedules, clock) : null,
    };

    private readonly long _began = clock.GetTimestamp();
    private readonly ScheduleWatch _watch = new();
    private readonly DagList _list = new();

    // DAGs that missed a slot, and whether they may by their definition.
    private readonly Dictionary<string, bool> _mayMiss = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var (files, more) = await DagList.DagsAsync(run, settings.Dags, cancellationToken);
        RejectUnfit(run, files, more);
        // Until its first ticks, Dagu shows the next runs of before it was stopped.
        var hasTicked = run.Uptime is not { } uptime || uptime >= WatchedDag.Allowance;
        var dags = files.Where(IsWatched).Select(ScheduledDag.Of).OfType<ScheduledDag>()
            .Where(dag => !_mayMiss.GetValueOrDefault(dag.Name))
            .Select(dag => hasTicked ? dag : dag with { NextRun = null }).ToList();
        var sighting = await _list.RunsAsync(run, dags, cancellationToken);
        await ForgetThoseThatMayMissAsync(run, _watch.Observe(sighting, clock.GetElapsedTime(_began)), dags, cancellationToken);
        var suspended = settings.Dags is null ? [] : files.Where(file => file.Suspended is true && IsWatched(file)).ToList();
        Note(run, _watch.Report(sighting), settings.Dags is null ? more : 0, suspended);
    }

    private static void Note(DaguRun run, ScheduleReport report, int unwatched, List<DaguDagFile> suspended)
    {
        run.Note("schedules", report.Watched);
        run.Note("schedules.known", report.Known);
        run.Note("schedules.missed", report.Missed.Length);
        if (run.IsSecondMajor)
        {
            run.Note("schedules.overdue", report.Overdue.Length);
            run.Note("schedules.duplicates", report.Doubled.Length);
        }

        run.Note("schedules.lost", report.Lost.Length);
        run.Note("schedules.suspended", suspended.Count);
        run.Note("schedules.unwatched", unwatched);
        var reason = report.Explain(ActiveSchedulers.AreThere(run))
            ?? (suspended is [var first, ..] ? $"the DAG '{first.FileName}' is suspended"
            : report is { Watched: 0 } ? "no DAG has a cron schedule that can be watched"
            : report is { Known: 0 } ? "not known yet whether schedules are kept: no slot came due while they were watched"
            : unwatched > 0 ? $"{unwatched} more DAGs are not looked at; name those that matter in schedules"
            : null);
        if (reason is not null)
        {
            run.Note(Reason, reason);
        }
    }

    /// <summary>Fails for DAGs that were named and cannot be watched.</summary>
    private void RejectUnfit(DaguRun run, IReadOnlyList<DaguDagFile> files, int more)
    {
        foreach (var name in settings.Dags ?? [])
        {
            var file = files.FirstOrDefault(file => DagList.IsNamed(file, name)) ?? throw new CheckFailedException(
                ErrorType.NotFound,
                more == 0
                    ? $"there is no DAG '{name}'"
                    : $"there is no DAG file '{name}', and {more} DAGs are not looked at by the names in them; write the name of its file",
                run.Trace.Observed);
            if (file.Suspended is not true && ScheduledDag.Of(file) is null)
            {
                var reason = $"the DAG '{name}' has no cron schedule that can be watched";
                throw new CheckFailedException(
                    ErrorType.NotFound,
                    file.Errors is [{ } error, ..] ? DaguRunbook.With($"{reason}: {error}", DaguRunbook.BrokenDags) : reason,
                    run.Trace.Observed);
            }
        }
    }

    private bool IsWatched(DaguDagFile file) => settings.Dags is null || settings.Dags.Any(name => DagList.IsNamed(file, name));

    /// <summary>Looks at the definitions of those that missed a slot for the first time: some pass over slots by design.</summary>
    private async Task ForgetThoseThatMayMissAsync(
        DaguRun run, ScheduleReport report, List<ScheduledDag> dags, CancellationToken cancellationToken)
    {
        foreach (var dag in dags.Where(dag => !_mayMiss.ContainsKey(dag.Name) && report.Lost.Any(slot => slot.Dag == dag.Name))
            .Take(MostLookedAt))
        {
            if (_mayMiss[dag.Name] = await DagList.MayMissAsync(run, dag, cancellationToken))
            {
                _watch.Forget(dag.Name);
            }
        }
    }
}
