using HealthAgent.Kinds.Workflows.Dagu;
using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Runs of a DAG, and what is known of its slots from them.</summary>
internal sealed class ScheduleHistory
{
    private readonly ScheduleWatch _watch = new();
    private DateTimeOffset? _began;

    public List<DagRun> Runs { get; } = [];

    public string Cron { get; set; } = "* * * * *";

    public bool IsGone { get; set; }

    public string? Other { get; init; }

    public DateTimeOffset? NextRun { get; init; }

    public ScheduleReport? Report { get; private set; }

    public void Add(DateTimeOffset slot, string dag = "dag") =>
        Runs.Add(new DagRun(dag, $"{slot:HHmm}", IsLive: false, slot, slot.AddSeconds(5)));

    public string Look(DateTimeOffset now, DateTimeOffset? completeSince = null, TimeSpan? steady = null)
    {
        _began ??= now;
        var dags = new[] { ("dag", Cron, IsGone), ("other", Other ?? "", Other is null) }.Where(dag => !dag.Item3)
            .Select(dag => ScheduledDag.Of(new DaguDagFile(
                dag.Item1, new DaguDag(dag.Item1, [new DaguSchedule("cron", dag.Item2, null)]),
                dag.Item1 == "dag" ? NextRun?.ToString("O") : null, Suspended: false, [], null))!);
        var sighting = new ScheduleSighting(
            now, [.. dags], [.. Runs.Where(run => run.Created <= now)], completeSince ?? DateTimeOffset.MinValue);
        Report = _watch.Observe(sighting, steady ?? now - _began.Value);
        return Report switch
        {
            { Watched: 0 } => "-",
            _ when Report.Missed.Length + Report.Overdue.Length + Report.Doubled.Length > 0 => "F",
            _ when Report.Lost.Length > 0 => "W",
            _ when Report.Known < Report.Watched => "?",
            _ => "H",
        };
    }
}
