using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The schedulers: exactly one is active, except for a moment at a takeover.</summary>
internal sealed class SchedulerPart : IDaguPart
{
    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("schedulers", ObservedType.Number, "schedulers known, standbys too; from version 1.20"),
            new("schedulers.active", ObservedType.Number, "schedulers that schedule; from version 1.20"),
        ],
        Expect = ["schedulers.active >= 1"],
        Create = static (_, _) => new SchedulerPart(),
    };

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var services = await run.Api.GetAsync("/services/scheduler", DaguShapes.Schedulers, DaguRole.Developer, cancellationToken);
        if (services?.Schedulers is { } schedulers)
        {
            run.Note("schedulers", schedulers.Count);
            run.Note("schedulers.active", schedulers.Count(scheduler => scheduler?.Status == "active"));
        }
    }
}
