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

    /// <summary>Those of them of which no slot could be judged yet.</summary>
    public required int Unknown { get; init; }

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

    /// <summary>Why schedules fail; null if they do not.</summary>
    /// <param name="activeSchedulers">How many schedulers are active; null if unknown.</param>
    public string? Failure(double? activeSchedulers)
    {
        if (Doubled.Length > 0)
        {
            return $"two schedulers are firing: a slot got two runs ({Name(Doubled)})";
        }

        if (Missed.Length + Overdue.Length == 0)
        {
            return null;
        }

        var what = Missed.Length > 0
            ? $"no run for {(Missed.Length == 1 ? "the latest slot" : $"the latest slots of {Missed.Length} of {Watched} DAGs")} ({Name(Missed)})"
            : $"nextRun is in the past ({Name(Overdue)})";
        return activeSchedulers == 0 ? $"no scheduler is active: {what}"
            : IsFiringNothing ? $"{(activeSchedulers > 0 ? "the scheduler is active but" : "the scheduler is")} firing nothing: {what}"
            : $"{what}, while others of the schedule were started";
    }

    /// <summary>What is wrong with schedules although their latest slots got runs; null if nothing is.</summary>
    public string? Warning => Lost.Length > 0
        ? $"lost {Lost.Length} {(Lost.Length == 1 ? "slot" : "slots")} in the last hour, though later ones got runs ({Name(Lost)}); see the scheduler's log"
        : null;

    private bool IsFiringNothing => Missed.Length == 0 || LastFired is null || LastFired < Missed.Min(slot => slot.Time);

    private string Name(ImmutableArray<DagSlot> slots) =>
        string.Join(", ", slots.OrderByDescending(slot => slot.Time).Take(MostNamed).Select(slot => slot.ToString(Now)))
        + (slots.Length > MostNamed ? $" and {slots.Length - MostNamed} more" : "");
}
