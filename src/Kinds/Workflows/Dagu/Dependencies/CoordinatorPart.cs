using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The coordinators, through which distributed workers get their runs.</summary>
internal sealed class CoordinatorPart(int? expected) : IDaguPart
{
    private const string Reason = "coordinators.reason";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("coordinators", ObservedType.Number,
                "coordinators registered; with `coordinators` or a condition on it, from version 2 for developers")
            {
                ExplainedBy = Reason,
            },
            new("coordinators.missing", ObservedType.Number, "how many of `coordinators` are missing") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "what is missing, in words"),
        ],
        Expect = ["coordinators.missing == 0"],
        Create = static (settings, _) => settings.Dependencies.Coordinators is not null || settings.AsksFor(Concern!.Values)
            ? new CoordinatorPart(settings.Dependencies.Coordinators)
            : null,
    };

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var answer = await run.Api.GetAsync("/services/coordinator", DaguShapes.Coordinators, DaguRole.Developer, cancellationToken);
        if (answer is null && expected is null)
        {
            return;
        }

        var active = (answer?.Coordinators ?? []).Count(static coordinator => coordinator?.Status == "active");
        run.Note("coordinators", active);
        if (expected is { } count)
        {
            run.Note("coordinators.missing", Math.Max(0, count - active));
        }

        if (active < (expected ?? 1))
        {
            run.Note(Reason, DaguRunbook.With(answer is null
                ? $"version {run.Version} has no coordinators"
                : $"{active} of {expected ?? 1} coordinators registered: distributed runs wait", DaguRunbook.NoCoordinator));
        }
    }
}
