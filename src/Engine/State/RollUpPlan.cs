using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthAgent.Planning;

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
    private readonly FrozenDictionary<string, int> _byName;

    // For each check, the roll-ups that it is in.
    private readonly int[][] _of;

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

        var groups = plans.Select(plan => plan.Group).OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var group in groups.Order(StringComparer.Ordinal))
        {
            entries.Add(Select(OfGroup(group), plans, plan => plan.Group == group, RollUp.ByImpact));
        }

        _entries = entries.ToImmutable();
        _byName = _entries.Index().ToFrozenDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
        var of = _entries.Index().SelectMany(pair => pair.Item.Members.Select(member => (member, pair.Index)))
            .ToLookup(pair => pair.member, pair => pair.Index);
        _of = [.. Enumerable.Range(0, plans.Count).Select(position => of[position].ToArray())];
    }

    /// <summary>The name of a tier's roll-up.</summary>
    public static string OfTier(string tier) => $"tier/{tier}";

    /// <summary>The name of a group's roll-up.</summary>
    public static string OfGroup(string group) => $"group/{group}";

    /// <summary>All roll-ups over the states given, which stand in the order of the plans.</summary>
    public ImmutableArray<RollUp> Evaluate(CheckStates states) =>
        [.. _entries.Select(entry => RollUp.Of(entry.Name, entry.Members, states, entry.Contribution))];

    /// <summary>All roll-ups after some checks, named by position, changed; the result is that of evaluating all again.</summary>
    public ImmutableArray<RollUp> Update(ImmutableArray<RollUp> rollUps, IEnumerable<int> changed, CheckStates before, CheckStates after)
    {
        var changes = new List<(CheckState, CheckState)>?[rollUps.Length];
        foreach (var position in changed)
        {
            foreach (var rollUp in _of[position])
            {
                (changes[rollUp] ??= []).Add((before[position], after[position]));
            }
        }

        return [.. rollUps.Zip(changes, (rollUp, some) => some is null ? rollUp : rollUp.After(some))];
    }

    /// <summary>The position of a roll-up among all; null when there is none of the name.</summary>
    public int? Find(string name) => _byName.TryGetValue(name, out var index) ? index : null;

    /// <summary>The positions of the roll-ups that a check is in.</summary>
    public IReadOnlyList<int> Of(int check) => _of[check];

    private static bool IsReadiness(CheckPlan plan) => plan.Impact == Impact.Critical && plan.Tier != Tier.Functional;

    private static Entry Select(string name, IReadOnlyList<CheckPlan> plans, Func<CheckPlan, bool> isMember, Contribution contribution) =>
        new(name, [.. Enumerable.Range(0, plans.Count).Where(index => isMember(plans[index]))], contribution);

    private sealed record Entry(string Name, ImmutableArray<int> Members, Contribution Contribution);
}
