using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The distributed workers.</summary>
internal sealed class WorkerPart : IDaguPart
{
    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("workers", ObservedType.Number, "distributed workers; only when a condition speaks of workers"),
            new("workers.healthy", ObservedType.Number, "those that are healthy; only when a condition speaks of workers"),
        ],
        Create = static (settings, _) => settings.AsksFor(Concern!.Values) ? new WorkerPart() : null,
    };

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        if ((await run.WorkersAsync(cancellationToken))?.Workers is { } workers)
        {
            run.Note("workers", workers.Count);
            run.Note("workers.healthy", workers.Count(worker => worker?.HealthStatus == "healthy"));
        }
    }
}
