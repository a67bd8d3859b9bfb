using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The coordinators, through which distributed workers get their runs.</summary>
internal sealed class CoordinatorPart(DaguSettings settings, TimeProvider clock) : IDaguPart
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
            new("coordinators.missingFor", ObservedType.Duration, "how long some have been missing; 0 while none is")
            {
                ExplainedBy = Reason,
            },
            new(Reason, ObservedType.Text, "what is missing, in words"),
        ],
        Expect = ["coordinators.missingFor <= 30s"],
        Create = static (settings, clock) => settings.Dependencies.Coordinators is not null || settings.AsksFor(Concern!.Values)
            ? new CoordinatorPart(settings, clock)
            : null,
    };

    private readonly int? _expected = settings.Dependencies.Coordinators;
    private readonly Lasting _missing = new(clock, settings.LongestPause);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var answer = await run.Api.GetAsync("/services/coordinator", DaguShapes.Coordinators, DaguRole.Developer, cancellationToken);
        if (answer is null && _expected is null)
        {
            return;
        }

        var active = (answer?.Coordinators ?? []).Count(static coordinator => coordinator?.Status == "active");
        run.Note("coordinators", active);
        if (_expected is { } count)
        {
            var missing = Math.Max(0, count - active);
            run.Note("coordinators.missing", missing);
            run.Note("coordinators.missingFor", _missing.Note(missing > 0, run.Uptime ?? TimeSpan.Zero));
        }

        if (active < (_expected ?? 1))
        {
            run.Note(Reason, DaguRunbook.With(answer is null
                ? $"version {run.Version} has no coordinators"
                : $"{active} of {_expected ?? 1} coordinators registered: distributed runs wait", DaguRunbook.NoCoordinator));
        }
    }
}
