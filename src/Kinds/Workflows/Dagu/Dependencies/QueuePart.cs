using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The queues.</summary>
internal sealed class QueuePart : IDaguPart
{
    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("queued", ObservedType.Number, "runs that wait in queues; from version 1.22"),
            new("running", ObservedType.Number, "runs under way in queues; from version 1.22"),
            new("utilization", ObservedType.Percent, "running of what the queues let run at once; from version 1.22"),
        ],
        Create = static (_, _) => new QueuePart(),
    };

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var queues = await run.Api.GetAsync("/queues", DaguShapes.Queues, DaguRole.Viewer, cancellationToken);
        foreach (var (name, number) in ((string, double?)[])[
            ("queued", queues?.Summary?.TotalQueued), ("running", queues?.Summary?.TotalRunning),
            ("utilization", queues?.Summary?.UtilizationPercentage)])
        {
            if (number is { } noted)
            {
                run.Note(name, noted);
            }
        }
    }
}
