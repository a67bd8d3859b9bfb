using System.Collections.Immutable;
using System.Globalization;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>A slot of a DAG's schedule.</summary>
internal readonly record struct DagSlot(string Dag, DateTimeOffset Time)
{
    /// <summary>Its DAG and time, as in <c>nightly 02:00</c>, with the date where that is not today's.</summary>
    public string ToString(DateTimeOffset now)
    {
        var time = Time.ToOffset(now.Offset);
        return $"{Dag} {time.ToString(time.Date == now.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}";
    }
}

/// <summary>What is known of schedules.</summary>
internal sealed record ScheduleReport
{
    private const int MostNamed = 3;

    /// <summary>The time by Dagu's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>DAGs that are watched.</summary>
    public required int Watched { get; init; }

    /// <summary>Those of them of which a slot could be judged.</summary>
    public required int Known { get; init; }

    /// <summary>The latest slot of all that got its run.</summary>
    public required DateTimeOffset? LastFired { get; init; }

    /// <summary>The latest slots of DAGs, where these got no run.</summary>
    public required ImmutableArray<DagSlot> Missed { get; init; }

    /// <summary>Slots of the last hour that got no run.</summary>
    public required ImmutableArray<DagSlot> Lost { get; init; }

    /// <summary>Next runs that Dagu itself has in the past.</summary>
    public required ImmutableArray<DagSlot> Overdue { get; init; }

    /// <summary>Slots that got two runs.</summary>
    public required ImmutableArray<DagSlot> Doubled { get; init; }

    /// <summary>What is wrong, in words; null if nothing is.</summary>
    /// <param name="isActive">Whether a scheduler is active; null if unknown.</param>
    public string? Explain(bool? isActive)
    {
        if (Doubled.Length > 0)
        {
            return DaguRunbook.With($"two schedulers are firing: a slot got two runs ({Name(Doubled)})", DaguRunbook.TwoSchedulers);
        }

        if (Missed.Length + Overdue.Length > 0)
        {
            return ExplainMissed(isActive);
        }

        return Lost.Length > 0
            ? DaguRunbook.With(
                $"no run for {Lost.Length} {(Lost.Length == 1 ? "slot" : "slots")} of the last hour ({Name(Lost)}), "
                + "although the schedule goes on; see the scheduler's log",
                DaguRunbook.TickPanics)
            : null;
    }

    private string ExplainMissed(bool? isActive)
    {
        var what = Missed.Length switch
        {
            0 => $"nextRun is in the past ({Name(Overdue)})",
            1 => $"no run for the latest slot ({Name(Missed)})",
            _ => $"no run for the latest slots of {Missed.Length} of {Watched} DAGs ({Name(Missed)})",
        };
        return (isActive, IsFiringNothing) switch
        {
            (false, _) => DaguRunbook.With($"no scheduler is active: {what}", DaguRunbook.NoScheduler),
            (true, true) => DaguRunbook.With($"the scheduler is active but firing nothing: {what}", DaguRunbook.FiringNothing),
            (null, true) => DaguRunbook.With($"the scheduler is firing nothing: {what}", DaguRunbook.FiringNothing),
            _ => DaguRunbook.With($"{what}, although later slots of others were fired", DaguRunbook.TickPanics),
        };
    }

    private bool IsFiringNothing => Missed.Length == 0 || LastFired is null || LastFired < Missed.Min(slot => slot.Time);

    private string Name(ImmutableArray<DagSlot> slots) =>
        string.Join(", ", slots.OrderByDescending(slot => slot.Time).Take(MostNamed).Select(slot => slot.ToString(Now)))
        + (slots.Length > MostNamed ? $" and {slots.Length - MostNamed} more" : "");
}
