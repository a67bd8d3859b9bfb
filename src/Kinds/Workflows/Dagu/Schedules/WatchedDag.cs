namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>What became of the slots of one DAG since it is watched.</summary>
internal sealed class WatchedDag
{
    /// <summary>How long after a slot its run may appear. Long enough for another scheduler to take over.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromMinutes(2);

    /// <summary>How long a slot that got no run is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    // Until Dagu's scheduler has loaded a new file, which it looks for once a minute where it is not notified.
    private static readonly TimeSpan Loading = TimeSpan.FromMinutes(1);

    private const int MostSlots = 60;

    private readonly Queue<DateTimeOffset> _lost = new();
    private readonly string _schedule;
    private readonly TimeSpan _offset;
    private DateTimeOffset _judged;

    /// <summary>Begins to watch a DAG: slots before now do not count, since it may be new or was just resumed.</summary>
    public WatchedDag(ScheduledDag dag, ScheduleSighting sighting) =>
        (_schedule, _offset, _judged) = (dag.Schedule, sighting.Now.Offset, sighting.Now + Loading);

    /// <summary>The latest slot that got its run.</summary>
    public DateTimeOffset? LastFired { get; private set; }

    /// <summary>The latest slot, if it got no run, and none was started since.</summary>
    public DateTimeOffset? Missed { get; private set; }

    /// <summary>Slots that got no run, of the last hour.</summary>
    public IReadOnlyCollection<DateTimeOffset> Lost => _lost;

    /// <summary>Whether any slot was judged.</summary>
    public bool IsKnown => LastFired is not null || Missed is not null || _lost.Count > 0;

    /// <summary>Whether the DAG is scheduled as it was.</summary>
    public bool IsOf(ScheduledDag dag, ScheduleSighting sighting) => dag.Schedule == _schedule && sighting.Now.Offset == _offset;

    /// <summary>Judges the slots that came due.</summary>
    public void Observe(ScheduledDag dag, ScheduleSighting sighting)
    {
        var (due, runs) = (sighting.Now - Allowance, sighting.RunsOf(dag));
        if (due > _judged)
        {
            var slots = dag.SlotsBetween(_judged, sighting.Now).TakeLast(MostSlots).ToList();
            foreach (var (index, slot) in slots.Index().Where(slot => slot.Item <= due))
            {
                Judge(slot, next: index + 1 < slots.Count ? slots[index + 1] : DateTimeOffset.MaxValue, runs, sighting.CompleteSince);
            }

            _judged = due;
        }

        // That it got a slot of before speaks for it; that it did not, says nothing.
        if (!IsKnown && dag.LatestSlot(due) is { } before
            && runs.FirstOrDefault(run => run.IsOf(before, DateTimeOffset.MaxValue) || run.Slot > before) is { } fired)
        {
            LastFired = fired.Slot ?? before;
        }

        // Whoever started a run since has made up for the slot.
        Missed = runs.Any(run => !run.IsCanary && run.Created >= Missed) ? null : Missed;
        while (_lost.TryPeek(out var oldest) && oldest < sighting.Now - Memory)
        {
            _lost.Dequeue();
        }
    }

    private void Judge(DateTimeOffset slot, DateTimeOffset next, IReadOnlyList<DagRun> runs, DateTimeOffset completeSince)
    {
        if (runs.Any(run => run.IsOf(slot, next)))
        {
            (LastFired, Missed) = (slot, null);
        }
        else if (slot >= completeSince && !runs.Any(run => run.WasBusyAt(slot)))
        {
            Missed = slot;
            _lost.Enqueue(slot);
        }
    }
}
