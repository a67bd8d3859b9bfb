using System.Collections.Immutable;
using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>Which checks roll up into what: settled once for a set of plans.</summary>
internal sealed class RollUpPlan
{
    /// <summary>Every critical check of the liveness and dependency tiers.</summary>
    public const string Ready = "readyz";

    /// <summary>Whether all of <see cref="Ready"/> have had a verdict.</summary>
    public const string Startup = "startupz";

    /// <summary>Liveness and dependency.</summary>
    public const string Light = "light";

    /// <summary>All tiers.</summary>
    public const string Full = "full";

    private readonly ImmutableArray<Entry> _entries;

    public RollUpPlan(IReadOnlyList<CheckPlan> plans)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        entries.Add(Select(Ready, plans, IsReadiness, RollUp.ByImpact));
        entries.Add(Select(Startup, plans, IsReadiness, RollUp.ByVerdict));
        entries.Add(Select(Light, plans, plan => plan.Tier != Tier.Functional, RollUp.ByImpact));
        entries.Add(Select(Full, plans, _ => true, RollUp.ByImpact));
        foreach (var (name, tier) in TierNames.Tiers)
        {
            entries.Add(Select(OfTier(name), plans, plan => plan.Tier == tier, RollUp.ByImpact));
        }

        foreach (var group in plans.Select(plan => plan.Group).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            entries.Add(Select(OfGroup(group), plans, plan => plan.Group == group, RollUp.ByImpact));
        }

        _entries = entries.ToImmutable();
    }

    /// <summary>The name of a tier's roll-up.</summary>
    public static string OfTier(string tier) => $"tier/{tier}";

    /// <summary>The name of a group's roll-up.</summary>
    public static string OfGroup(string group) => $"group/{group}";

    /// <summary>All roll-ups over the states given, which stand in the order of the plans.</summary>
    public ImmutableArray<RollUp> Evaluate(ImmutableArray<CheckState> states) =>
        [.. _entries.Select(entry => RollUp.Of(entry.Name, entry.Members, states, entry.Contribution))];

    private static bool IsReadiness(CheckPlan plan) => plan.Impact == Impact.Critical && plan.Tier != Tier.Functional;

    private static Entry Select(string name, IReadOnlyList<CheckPlan> plans, Func<CheckPlan, bool> isMember, Func<CheckState, CheckStatus> contribution) =>
        new(name, [.. Enumerable.Range(0, plans.Count).Where(index => isMember(plans[index]))], contribution);

    private sealed record Entry(string Name, ImmutableArray<int> Members, Func<CheckState, CheckStatus> Contribution);
}
