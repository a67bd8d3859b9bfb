using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// The DAG files. Asked only when a condition speaks of them and at most every half minute: while it lists them, Dagu looks at the latest
/// run of each, and marks it failed if its process is gone.
/// </summary>
internal sealed class DagPart(TimeProvider clock) : IDaguPart
{
    private const string Reason = "dags.reason";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("dags", ObservedType.Number, "DAG files; only with a condition on DAGs"),
            new("dags.errors", ObservedType.Number, "DAG files with errors, of the first 2000, which Dagu does not run")
            {
                ExplainedBy = Reason,
            },
            new(Reason, ObservedType.Text, "the first of them, with its error"),
        ],
        Create = static (settings, clock) => settings.AsksFor(Concern!.Values) ? new DagPart(clock) : null,
    };

    private readonly Paced<Files> _files = new(clock, TimeSpan.FromSeconds(30));

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var files = await _files.GetAsync(() => AskAsync(run.Api, cancellationToken));
        run.Note("dags", files.Count);
        run.Note("dags.errors", files.Broken);
        if (files.First is { } first)
        {
            run.Note(Reason, DaguRunbook.With(first, DaguRunbook.BrokenDags));
        }
    }

    private static async Task<Files> AskAsync(DaguApi api, CancellationToken cancellationToken)
    {
        var (files, total, _) = await api.DagFilesAsync(cancellationToken);
        var broken = files.FindAll(static file => file.Errors is { Count: > 0 });
        return new Files(
            total, broken.Count, broken is [var first, ..] ? $"{first.FileName ?? first.Dag?.Name}: {first.Errors![0]}" : null);
    }

    private sealed record Files(int Count, int Broken, string? First);
}
