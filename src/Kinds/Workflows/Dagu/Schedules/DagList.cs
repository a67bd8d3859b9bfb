using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>Reads DAGs and runs, as many as are looked at in one run of the check.</summary>
internal sealed partial class DagList
{
    // Version 1.30 returns no more, and has no pages.
    private const int MostRunsAtOnce = 1000;

    // Runs of slots that are to be judged, and those that may have been under way then.
    private static readonly TimeSpan LeastBack = TimeSpan.FromMinutes(10), MostBack = TimeSpan.FromHours(1);

    private DateTimeOffset? _before;

    /// <summary>The first DAGs, with those that are named wherever they are, and how many more there are.</summary>
    public static async Task<(IReadOnlyList<DaguDagFile> Files, int More)> DagsAsync(
        DaguRun run, FrozenSet<string>? named, CancellationToken cancellationToken)
    {
        var (files, total, isWhole) = await run.Api.DagFilesAsync(cancellationToken);
        if (isWhole)
        {
            return (files, 0);
        }

        var more = Math.Max(total - files.Count, 0);
        foreach (var name in (named ?? []).Where(name => !files.Exists(file => IsNamed(file, name))))
        {
            if (await run.Api.FindDagAsync(name, cancellationToken) is var (dag, suspended, errors, latest))
            {
                files.Add(new DaguDagFile(name, dag, dag?.NextRun, suspended, errors, latest));
            }
        }

        return (files, more);
    }

    /// <summary>Whether a DAG, or its file, has a name.</summary>
    public static bool IsNamed(DaguDagFile file, string name) => file.FileName == name || file.Dag?.Name == name;

    /// <summary>The recent runs of DAGs.</summary>
    public async Task<ScheduleSighting> RunsAsync(DaguRun run, IReadOnlyList<ScheduledDag> dags, CancellationToken cancellationToken)
    {
        var now = run.ServerNow;
        var back = now - (_before ?? now) + LeastBack;
        var from = now - TimeSpan.FromTicks(Math.Clamp(back.Ticks, LeastBack.Ticks, MostBack.Ticks));
        _before = now;
        var path = string.Create(CultureInfo.InvariantCulture, $"/dag-runs?fromDate={from.ToUnixTimeSeconds()}");
        path += run.IsSecondMajor ? string.Create(CultureInfo.InvariantCulture, $"&limit={DaguLists.RunsOfAPage}") : "";
        var (listed, isWhole) = await run.Api.RunsAsync(path, cancellationToken);
        List<DagRun> runs = [.. listed.Select(DagRun.Of).OfType<DagRun>()];

        // Newest first: of the second in which the list was cut off, some may be missing.
        isWhole &= run.IsSecondMajor || runs.Count < MostRunsAtOnce;
        var completeSince = isWhole || runs.Count == 0 ? from : runs.Min(one => one.Created) + TimeSpan.FromSeconds(1);
        return new ScheduleSighting(now, dags, runs, completeSince);
    }

    /// <summary>Whether a DAG passes over a slot when the run before it succeeded, which only its definition tells.</summary>
    public static async Task<bool> MayMissAsync(DaguRun run, ScheduledDag dag, CancellationToken cancellationToken)
    {
        var answer = await run.Api.GetAsync(
            $"/dags/{Uri.EscapeDataString(dag.File)}/spec", DaguShapes.Spec, DaguRole.Viewer, cancellationToken);
        return answer?.Spec is { } spec && SkipIfSuccessful().IsMatch(spec);
    }

    [GeneratedRegex(
        "^skip_?if_?successful[ ]*:[ ]*[\"']?true", RegexOptions.Multiline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SkipIfSuccessful();
}
