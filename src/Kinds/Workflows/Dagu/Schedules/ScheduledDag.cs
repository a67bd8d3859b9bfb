using System.Collections.Immutable;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>A DAG that starts by cron expressions.</summary>
/// <param name="Name">Its name, which its runs have.</param>
/// <param name="File">The id of its file.</param>
/// <param name="Schedule">All that is written of its schedule, to see when that changes.</param>
/// <param name="Crons">The expressions.</param>
internal sealed record ScheduledDag(string Name, string File, string Schedule, ImmutableArray<DaguCron> Crons)
{
    private const string Cron = "cron";

    /// <summary>The next slot, as the scheduler last saved it; null if unknown, or if it may be a single time that is due.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>Its latest run; null if there is none, or none of today.</summary>
    public DagRun? Latest { get; init; }

    /// <summary>
    /// The DAG of a file; null if it is suspended, or if its slots are not known: where it has no cron expression, or one that applies
    /// only at times (with a profile), or one that this machine cannot read.
    /// </summary>
    public static ScheduledDag? Of(DaguDagFile file)
    {
        var schedules = file.Dag?.Schedule?.OfType<DaguSchedule>().ToList() ?? [];
        var crons = schedules.Where(schedule => (schedule.Kind ?? Cron) == Cron).ToList();
        if (file is not { Suspended: not true, FileName: { } id, Dag.Name: { } name } || crons.Count == 0
            || crons.Exists(cron => cron.Profile is { Length: > 0 }))
        {
            return null;
        }

        var parsed = crons.ConvertAll(cron => DaguCron.Parse(cron.Expression ?? ""));
        return parsed.Contains(null)
            ? null
            : new ScheduledDag(name, id, string.Join(';', crons.Select(cron => cron.Expression)), [.. parsed.OfType<DaguCron>()])
            {
                NextRun = schedules.Count == crons.Count ? DaguTime.Parse(file.NextRun) : null,
                Latest = DagRun.Of(file.LatestDAGRun),
            };
    }

    /// <summary>The slots in a span, in order.</summary>
    public IEnumerable<DateTimeOffset> SlotsBetween(DateTimeOffset after, DateTimeOffset until) => Crons.Length == 1
        ? Crons[0].Between(after, until, until.Offset)
        : Crons.SelectMany(cron => cron.Between(after, until, until.Offset)).Distinct().Order();

    /// <summary>The latest slot that is not after a time; null if there was none.</summary>
    public DateTimeOffset? LatestSlot(DateTimeOffset until) => Crons.Select(cron => cron.Latest(until, until.Offset)).Max();
}
