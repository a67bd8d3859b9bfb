using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Support;

internal sealed partial class DaguStandIn
{
    private Task DagsAsync(HttpContext context)
    {
        var (page, size) = (Number(context, "page") ?? 1, Math.Min(Number(context, "perPage") ?? 50, 200));
        return SendAsync(context, new
        {
            dags = Dags.Skip((page - 1) * size).Take(size).Select(dag => new
            {
                fileName = dag.FileName,
                dag = Described(dag),
                latestDAGRun = Latest(dag),
                nextRun = dag.IsSuspended ? null : Written(dag.NextRun),
                suspended = dag.IsSuspended,
                errors = dag.Errors,
            }),
            pagination = new
            {
                totalRecords = Dags.Count, currentPage = page, totalPages = Math.Max(1, (Dags.Count + size - 1) / size),
            },
        });
    }

    private Task DagAsync(HttpContext context, string file, Func<StandInDag, object> answer) =>
        Dags.Find(dag => dag.FileName == file) is { } found
            ? SendAsync(context, answer(found))
            : RefuseAsync(context, 404, "not_found", $"DAG {file} not found");

    // In details, the next run is a member of the DAG.
    private object Details(StandInDag dag) => new
    {
        dag = Described(dag, dag.IsSuspended ? null : Written(dag.NextRun)),
        latestDAGRun = Latest(dag),
        suspended = dag.IsSuspended,
        errors = dag.Errors,
    };

    private static object Described(StandInDag dag, string? nextRun = null) =>
        new { name = dag.Name, schedule = dag.Cron is null ? null : new[] { new { kind = "cron", expression = dag.Cron } }, nextRun };

    private object Latest(StandInDag dag) => Runs.Where(run => run.Name == dag.Name).MaxBy(run => run.CreatedAt) is { } latest
        ? Summary(latest)
        : new { dagRunId = "", name = dag.Name, status = 0, statusLabel = "not_started", startedAt = "", finishedAt = "" };
}
