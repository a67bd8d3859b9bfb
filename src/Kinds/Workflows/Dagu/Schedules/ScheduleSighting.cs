namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>What one run of the check saw of schedules.</summary>
/// <param name="Now">The time by Dagu's clock, with its offset from UTC.</param>
/// <param name="Dags">The scheduled DAGs.</param>
/// <param name="Runs">The runs.</param>
/// <param name="CompleteSince">The time since when all runs are among them.</param>
internal sealed record ScheduleSighting(
    DateTimeOffset Now, IReadOnlyList<ScheduledDag> Dags, IReadOnlyList<DagRun> Runs, DateTimeOffset CompleteSince)
{
    private readonly ILookup<string, DagRun> _byDag = Runs.ToLookup(run => run.Dag, StringComparer.Ordinal);

    /// <summary>The runs of a DAG.</summary>
    public IReadOnlyList<DagRun> RunsOf(ScheduledDag dag) =>
        [.. _byDag[dag.Name].Concat(dag.Latest is { } latest ? [latest] : []).DistinctBy(run => run.Id, StringComparer.Ordinal)];
}
