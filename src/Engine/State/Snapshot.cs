using System.Collections.Immutable;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>
/// Everything the agent believes, at one moment. Immutable and whole: every surface answers from one of these, so no
/// reader waits, and none sees half a change.
/// </summary>
internal sealed class Snapshot
{
    private Snapshot(
        PlanIndex index, DateTimeOffset startedAt, long version, DateTimeOffset takenAt, CheckStates checks,
        ImmutableArray<RollUp> rollUps, ImmutableArray<OperatorWindow> windows) =>
        (Index, StartedAt, Version, TakenAt, Checks, RollUps, Windows) =
            (index, startedAt, version, takenAt, checks, rollUps, windows);

    /// <summary>The configuration that is in force.</summary>
    public AgentPlan Plan => Index.Plan;

    /// <summary>What follows from the configuration.</summary>
    public PlanIndex Index { get; }

    /// <summary>Rises with each snapshot.</summary>
    public long Version { get; }

    /// <summary>When the agent started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>When this snapshot was made.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>All checks, in the order of the configuration.</summary>
    public CheckStates Checks { get; }

    /// <summary>All roll-ups.</summary>
    public ImmutableArray<RollUp> RollUps { get; }

    /// <summary>The windows that operators made and that are not over, beside those of the configuration.</summary>
    public ImmutableArray<OperatorWindow> Windows { get; }

    /// <summary>The first snapshot: nothing is known but what is carried over from before the start.</summary>
    public static Snapshot Initial(
        AgentPlan plan, Moment now, IEnumerable<CarriedState>? before = null, CarriedOperations? operations = null)
    {
        operations ??= CarriedOperations.None;
        var carried = (before ?? []).ToDictionary(state => state.Name, StringComparer.Ordinal);
        CheckState StateOf(CheckPlan check)
        {
            var state = carried.TryGetValue(check.Name, out var known) ? known.ToState(check, now) : CheckState.Initial(check, now);
            return operations.Acknowledgements.TryGetValue(check.Name, out var given)
                && state.Status != CheckStatus.Healthy && !given.HasExpired(now.At)
                ? state with { Acknowledged = given }
                : state;
        }

        var index = new PlanIndex(plan);
        var states = CheckStates.Create([.. plan.Checks.Select(StateOf)]).ToBuilder();
        foreach (var position in carried.Count == 0 ? [] : index.Graph.ParentsFirst)
        {
            // Before the first start: what is not run because of another must not be run now.
            if (index.Graph.Around(position, states) is { SuppressedBy: not null } around)
            {
                (states[position], _) = Fold.Settle(states[position], around, now);
            }
        }

        return Of(index, now.At, version: 1, now.At, states.ToImmutable(), operations.Windows);
    }

    /// <summary>The next snapshot. What depends on statuses is made again only for the checks that are named as changed.</summary>
    public Snapshot With(
        CheckStates checks, IReadOnlyCollection<int> changed, DateTimeOffset now, ImmutableArray<OperatorWindow> windows) => new(
        Index, StartedAt, Version + 1, now, checks,
        changed.Count == 0 ? RollUps : Index.RollUps.Update(RollUps, changed, Checks, checks), windows);

    /// <summary>The next snapshot, under another configuration.</summary>
    public Snapshot Under(PlanIndex index, CheckStates checks, DateTimeOffset now) =>
        Of(index, StartedAt, Version + 1, now, checks, Windows);

    /// <summary>A check by its name; null when there is none.</summary>
    public CheckState? Find(string name) => Index.Positions.TryGetValue(name, out var position) ? Checks[position] : null;

    /// <summary>A roll-up by its name; null when there is none.</summary>
    public RollUp? FindRollUp(string name) => Index.RollUps.Find(name) is { } index ? RollUps[index] : null;

    private static Snapshot Of(
        PlanIndex index, DateTimeOffset startedAt, long version, DateTimeOffset now, CheckStates checks,
        ImmutableArray<OperatorWindow> windows) =>
        new(index, startedAt, version, now, checks, index.RollUps.Evaluate(checks), windows);
}
