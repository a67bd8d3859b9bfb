using System.Globalization;
using System.Net;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The lists of Dagu's API, which come in pages, of which a bounded number is read.</summary>
internal static class DaguLists
{
    /// <summary>The most runs of a page.</summary>
    public const int RunsOfAPage = 500;

    private const int MostDagPages = 10, DagsOfAPage = 200, MostRunPages = 4;

    /// <summary>The first DAG files, how many there are, and whether these are all.</summary>
    public static async Task<(List<DaguDagFile> Files, int Total, bool IsWhole)> DagFilesAsync(
        this DaguApi api, CancellationToken cancellationToken)
    {
        var files = new List<DaguDagFile>();
        var (total, isWhole) = (0, false);
        for (var page = 1; page <= MostDagPages && !isWhole; page++)
        {
            var answer = await api.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"/dags?page={page}&perPage={DagsOfAPage}"),
                DaguShapes.Dags, DaguRole.Viewer, cancellationToken);
            files.AddRange(answer?.Dags?.OfType<DaguDagFile>() ?? []);
            total = answer?.Pagination?.TotalRecords ?? files.Count;
            isWhole = page >= (answer?.Pagination?.TotalPages ?? 1);
        }

        return (files, total, isWhole);
    }

    /// <summary>The newest runs of a list, and whether these are all.</summary>
    /// <param name="api">Calls Dagu.</param>
    /// <param name="path">The path of the list, with a query.</param>
    /// <param name="cancellationToken">Cancelled at the run's deadline.</param>
    public static async Task<(List<DaguRunSummary> Runs, bool IsWhole)> RunsAsync(
        this DaguApi api, string path, CancellationToken cancellationToken)
    {
        var (runs, isWhole) = (new List<DaguRunSummary>(), false);
        string? cursor = null;
        for (var page = 1; page <= MostRunPages && !isWhole; page++)
        {
            var answer = await api.GetAsync(
                cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}", DaguShapes.Runs, DaguRole.Viewer,
                cancellationToken);
            runs.AddRange(answer?.Runs?.OfType<DaguRunSummary>() ?? []);
            cursor = answer?.NextCursor;
            isWhole = cursor is not { Length: > 0 };
        }

        return (runs, isWhole);
    }

    /// <summary>A DAG by the name of its file; null if there is none.</summary>
    public static async Task<DaguDagDetails?> FindDagAsync(this DaguApi api, string file, CancellationToken cancellationToken)
    {
        var path = $"/dags/{Uri.EscapeDataString(file)}";
        var answer = await api.AskAsync(path, DaguShapes.DagDetails, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : api.Read(answer, path, DaguShapes.DagDetails);
    }
}
