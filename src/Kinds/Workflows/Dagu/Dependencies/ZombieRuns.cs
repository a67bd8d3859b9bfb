namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// Finds the runs that Dagu failed because it lost sight of their process. Only their steps say so, and asking for these may change a run
/// that is still running: so only runs that have failed are asked for, each once, and a few at a time.
/// </summary>
internal sealed class ZombieRuns
{
    private const int MostAsked = 5;

    // What Dagu writes as the error of each step.
    private static readonly string[] Phrases = ["stale local process", "lease expired", "zombie process detected"];

    // A process is given up no earlier.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    private Dictionary<(string? Name, string? Id, string? FinishedAt), bool> _known = [];

    /// <summary>How many of these failed runs are zombies, as far as is known, and the DAG of one.</summary>
    public async Task<(int Count, string? Name)> CountAsync(
        DaguApi api, IEnumerable<DaguRunSummary> failed, CancellationToken cancellationToken)
    {
        var (known, asked) = (new Dictionary<(string? Name, string? Id, string? FinishedAt), bool>(), 0);
        foreach (var run in failed.Where(static run => run.Status == DaguStatus.Failed && LivedLong(run)))
        {
            var key = (run.Name, run.DagRunId, run.FinishedAt);
            if (_known.TryGetValue(key, out var isZombie))
            {
                known[key] = isZombie;
            }
            else if (asked++ < MostAsked)
            {
                known[key] = await IsZombieAsync(api, run, cancellationToken);
            }
        }

        _known = known;
        var zombies = known.Where(static run => run.Value).Select(static run => run.Key.Name).ToList();
        return (zombies.Count, zombies.FirstOrDefault());
    }

    private static async Task<bool> IsZombieAsync(DaguApi api, DaguRunSummary run, CancellationToken cancellationToken)
    {
        var path = $"/dag-runs/{Uri.EscapeDataString(run.Name ?? "")}/{Uri.EscapeDataString(run.DagRunId ?? "")}";
        var answer = await api.AskAsync(path, DaguShapes.RunDetails, cancellationToken);
        return answer.IsSuccess
            && api.Read(answer, path, DaguShapes.RunDetails).DagRunDetails?.Nodes is { } nodes
            && nodes.Any(static node => node?.Error is { } error && IsSign(error));
    }

    /// <summary>Whether the error of a step says that Dagu lost sight of the process.</summary>
    public static bool IsSign(string error) => Array.Exists(Phrases, phrase => error.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    private static bool LivedLong(DaguRunSummary run) =>
        DaguTime.Parse(run.StartedAt) is { } started && DaguTime.Parse(run.FinishedAt) is { } finished && finished - started > Shortest;
}
