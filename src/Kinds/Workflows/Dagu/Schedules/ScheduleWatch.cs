namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>
/// Holds the runs that Dagu shows against the slots of its schedules, over the runs of one check. A verdict needs a slot that came due
/// while the DAG was watched, or that got its run.
/// </summary>
internal sealed class ScheduleWatch
{
    // A clock that is set, or an agent that was suspended, makes slots of times that never were.
    private static readonly TimeSpan LargestStep = TimeSpan.FromMinutes(1);

    private Dictionary<string, WatchedDag> _watched = new(StringComparer.Ordinal);
    private (DateTimeOffset Server, TimeSpan Steady)? _before;

    /// <summary>Takes what a run of the check saw.</summary>
    /// <param name="sighting">What it saw.</param>
    /// <param name="steady">The time by a clock that nobody sets.</param>
    /// <returns>What is now known.</returns>
    public ScheduleReport Observe(ScheduleSighting sighting, TimeSpan steady)
    {
        var isStep = _before is var (server, at) && (sighting.Now - server - (steady - at)).Duration() > LargestStep;
        _before = (sighting.Now, steady);
        var watched = new Dictionary<string, WatchedDag>(StringComparer.Ordinal);
        foreach (var dag in sighting.Dags)
        {
            var one = !isStep && _watched.GetValueOrDefault(dag.Name) is { } known && known.IsOf(dag, sighting)
                ? known
                : new WatchedDag(dag, sighting);
            one.Observe(dag, sighting);
            watched[dag.Name] = one;
        }

        _watched = watched;
        return Report(sighting);
    }

    /// <summary>Forgets a DAG, with the slots that it missed.</summary>
    public void Forget(string dag) => _watched.Remove(dag);

    /// <summary>What is known at the time of a sighting.</summary>
    public ScheduleReport Report(ScheduleSighting sighting) => new()
    {
        Now = sighting.Now,
        Watched = _watched.Count,
        Known = _watched.Count(dag => dag.Value.IsKnown),
        LastFired = _watched.Values.Max(dag => dag.LastFired),
        Missed = [.. from dag in _watched where dag.Value.Missed is not null select new DagSlot(dag.Key, dag.Value.Missed!.Value)],
        Lost = [.. from dag in _watched from slot in dag.Value.Lost select new DagSlot(dag.Key, slot)],
        Overdue = [.. from dag in sighting.Dags
                      where dag.NextRun < sighting.Now - WatchedDag.Allowance
                      select new DagSlot(dag.Name, dag.NextRun!.Value)],
        Doubled = [.. from run in sighting.Runs
                      where run is { Slot: not null, Trigger: DagRun.Scheduler } && _watched.ContainsKey(run.Dag)
                      group run.Id by new DagSlot(run.Dag, run.Slot!.Value) into runs
                      where runs.Distinct(StringComparer.Ordinal).Skip(1).Any()
                      select runs.Key],
    };
}
