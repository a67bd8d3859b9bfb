using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>What a check adds to a roll-up. Pure.</summary>
internal delegate CheckStatus Contribution(CheckState state);

/// <summary>One status for several checks, which it names by their position in the snapshot.</summary>
/// <param name="Name">Such as <c>readyz</c>, <c>light</c>, <c>tier/dependency</c>, <c>group/orders</c>.</param>
/// <param name="Members">The checks in it.</param>
/// <param name="Contribution">What each adds.</param>
/// <param name="Counts">How many members have which status.</param>
/// <param name="Contributed">How many members add which status.</param>
internal sealed record RollUp(
    string Name, ImmutableArray<int> Members, Contribution Contribution, StatusCounts Counts, StatusCounts Contributed)
{
    /// <summary>The worst that a member adds.</summary>
    public CheckStatus Status => Contributed.Worst;

    /// <summary>Rolls checks up. Pure.</summary>
    public static RollUp Of(string name, ImmutableArray<int> members, CheckStates states, Contribution contribution) => new(
        name,
        members,
        contribution,
        StatusCounts.Of(members.Select(member => states[member].Status)),
        StatusCounts.Of(members.Select(member => contribution(states[member]))));

    /// <summary>
    /// The roll-up after members went from a state to another: what a change of one check costs does not depend on how many there are.
    /// </summary>
    public RollUp After(IReadOnlyList<(CheckState From, CheckState To)> changes)
    {
        var (counts, contributed) = (Counts, Contributed);
        foreach (var (from, to) in changes)
        {
            counts = counts.Moved(from.Status, to.Status);
            contributed = contributed.Moved(Contribution(from), Contribution(to));
        }

        return counts == Counts && contributed == Contributed ? this : this with { Counts = counts, Contributed = contributed };
    }

    /// <summary>The members that make it less than healthy, among the states of its own snapshot.</summary>
    public IEnumerable<CheckState> CausesAmong(CheckStates states) => Contributed.Healthy == Members.Length
        ? []
        : Members.Select(member => states[member]).Where(state => Contribution(state) != CheckStatus.Healthy);

    /// <summary>
    /// What a check adds to a roll-up, by its impact: a degrading one never does worse than degrade, and one in maintenance adds
    /// nothing.
    /// </summary>
    public static CheckStatus ByImpact(CheckState state) => (state.Plan.Impact, state.Status) switch
    {
        _ when state.Maintenance is not null => CheckStatus.Healthy,
        (_, CheckStatus.Healthy) or (Impact.None, _) => CheckStatus.Healthy,
        (Impact.Degrading, _) => CheckStatus.Degraded,
        _ => state.Status,
    };

    /// <summary>What a check adds to <c>startupz</c>: whether it has had a verdict, whichever.</summary>
    public static CheckStatus ByVerdict(CheckState state) =>
        state.HasVerdict || state.Maintenance is not null ? CheckStatus.Healthy : CheckStatus.Unknown;
}
