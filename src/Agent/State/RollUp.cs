using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>One status for several checks, which it names by their position in the snapshot.</summary>
/// <param name="Name">Such as <c>readyz</c>, <c>light</c>, <c>tier/dependency</c>, <c>group/orders</c>.</param>
/// <param name="Status">The worst that a member contributes.</param>
/// <param name="Members">The checks in it.</param>
/// <param name="Causes">The members that make it less than healthy.</param>
internal sealed record RollUp(string Name, CheckStatus Status, ImmutableArray<int> Members, ImmutableArray<int> Causes)
{
    /// <summary>Rolls checks up. Pure.</summary>
    public static RollUp Of(
        string name, ImmutableArray<int> members, ImmutableArray<CheckState> states, Func<CheckState, CheckStatus> contribution)
    {
        var worst = CheckStatus.Healthy;
        var causes = ImmutableArray.CreateBuilder<int>();
        foreach (var member in members)
        {
            var contributed = contribution(states[member]);
            if (contributed != CheckStatus.Healthy)
            {
                causes.Add(member);
                worst = Severity(contributed) > Severity(worst) ? contributed : worst;
            }
        }

        return new RollUp(name, worst, members, causes.DrainToImmutable());
    }

    /// <summary>What a check adds to a roll-up, by its impact: a degrading one never does worse than degrade, and one in maintenance adds nothing.</summary>
    public static CheckStatus ByImpact(CheckState state) => (state.Plan.Impact, state.Status) switch
    {
        _ when state.Maintenance is not null => CheckStatus.Healthy,
        (_, CheckStatus.Healthy) or (Impact.None, _) => CheckStatus.Healthy,
        (Impact.Degrading, _) => CheckStatus.Degraded,
        _ => state.Status,
    };

    /// <summary>What a check adds to <c>startupz</c>: whether it has had a verdict, whichever.</summary>
    public static CheckStatus ByVerdict(CheckState state) => state.HasVerdict || state.Maintenance is not null ? CheckStatus.Healthy : CheckStatus.Unknown;

    /// <summary>Unknown is worse than degraded, which still works, and better than unhealthy, which is known not to.</summary>
    private static int Severity(CheckStatus status) => status switch
    {
        CheckStatus.Healthy => 0,
        CheckStatus.Degraded => 1,
        CheckStatus.Unknown => 2,
        _ => 3,
    };
}
