using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>Whether the slots of cron schedules become runs.</summary>
internal sealed class SchedulePart(ScheduleSettings settings, bool judgesMissed, bool judgesLost) : IDaguPart
{
    private const string Missed = "schedules.missed", Lost = "schedules.lost";

    private const int MostLookedAt = 5;

    private readonly ScheduleWatch _watch = new();
    private readonly DagList _list = new();

    // DAGs that missed a slot, and whether they may by their definition.
    private readonly Dictionary<string, bool> _mayMiss = new(StringComparer.Ordinal);
    private long? _began;

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Functional,
        Values =
        [
            new("schedules", ObservedType.Number, "DAGs whose cron schedules are watched"),
            new("schedules.unknown", ObservedType.Number, "those of them of which no slot could be judged yet"),
            new(Missed, ObservedType.Number, "those of them whose latest slot got no run"),
            new(Lost, ObservedType.Number, "slots of the last hour that got no run"),
            new("schedules.unwatched", ObservedType.Number, "DAGs beyond the first 2,000, which are not looked at"),
        ],
        Create = static dagu => dagu.Functional.Schedules is { } schedules
            ? new SchedulePart(schedules, judgesMissed: !dagu.AsksFor(Missed), judgesLost: !dagu.AsksFor(Lost))
            : null,
    };

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        _began ??= run.Clock.GetTimestamp();
        var (files, unwatched) = await DagList.DagsAsync(run, cancellationToken);
        RejectUnfit(run, files);
        var dags = files.Where(IsWatched).Select(ScheduledDag.Of).OfType<ScheduledDag>()
            .Where(dag => !_mayMiss.GetValueOrDefault(dag.Name)).ToList();
        var sighting = await _list.RunsAsync(run, dags, cancellationToken);
        var report = _watch.Observe(sighting, run.Clock.GetElapsedTime(_began.Value));
        foreach (var dag in await MayMissAsync(run, report, dags, cancellationToken))
        {
            _watch.Forget(dag);
        }

        Judge(run, _watch.Report(sighting), unwatched);
    }

    private void Judge(DaguRun run, ScheduleReport report, int unwatched)
    {
        run.Note("schedules", report.Watched);
        run.Note("schedules.unknown", report.Unknown);
        run.Note(Missed, report.Missed.Length);
        run.Note(Lost, report.Lost.Length);
        run.Note("schedules.unwatched", unwatched);
        if (judgesMissed && report.Failure(run.ActiveSchedulers) is { } failure)
        {
            run.Fail(failure);
        }
        else if (judgesLost && report.Warning is { } lost)
        {
            run.Warn(lost);
        }

        if (unwatched > 0)
        {
            run.Warn($"{unwatched} more DAGs are not looked at; name those that matter in schedules");
        }
        else if (report.Watched == report.Unknown)
        {
            run.Warn(report.Watched == 0
                ? "no DAG has a cron schedule that can be watched"
                : "not known yet whether schedules are kept: no slot came due while they were watched");
        }
    }

    /// <summary>Says of DAGs that were named why they cannot be watched.</summary>
    private void RejectUnfit(DaguRun run, IReadOnlyList<DaguDagFile> files)
    {
        foreach (var name in settings.Dags ?? [])
        {
            switch (files.FirstOrDefault(file => IsNamed(file, name)))
            {
                case null:
                    throw run.Failed(ErrorType.NotFound, $"there is no DAG '{name}'");
                case { Suspended: true }:
                    run.Warn($"the DAG '{name}' is suspended");
                    break;
                case var file when ScheduledDag.Of(file) is null:
                    throw run.Failed(ErrorType.NotFound, $"the DAG '{name}' has no cron schedule that can be watched");
            }
        }
    }

    private bool IsWatched(DaguDagFile file) => settings.Dags is null || settings.Dags.Any(name => IsNamed(file, name));

    private static bool IsNamed(DaguDagFile file, string name) => file.FileName == name || file.Dag?.Name == name;

    /// <summary>The DAGs that may pass over a slot by their definition, among those that missed one for the first time.</summary>
    private async Task<List<string>> MayMissAsync(
        DaguRun run, ScheduleReport report, List<ScheduledDag> dags, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var dag in dags.Where(dag => !_mayMiss.ContainsKey(dag.Name) && report.Lost.Any(slot => slot.Dag == dag.Name))
            .Take(MostLookedAt))
        {
            _mayMiss[dag.Name] = await DagList.MayMissAsync(run, dag, cancellationToken);
            if (_mayMiss[dag.Name])
            {
                found.Add(dag.Name);
            }
        }

        return found;
    }
}
