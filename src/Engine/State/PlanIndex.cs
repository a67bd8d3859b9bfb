using System.Collections.Frozen;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>
/// What follows from a configuration alone, and stays the same from snapshot to snapshot. Immutable; made before the
/// configuration comes into force, so that nobody waits for it.
/// </summary>
internal sealed class PlanIndex
{
    public PlanIndex(AgentPlan plan)
    {
        Plan = plan;
        Positions = plan.Checks.Index().ToFrozenDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
        Graph = new DependencyGraph(plan.Checks, Positions);
        RollUps = new RollUpPlan(plan.Checks);
    }

    /// <summary>The configuration.</summary>
    public AgentPlan Plan { get; }

    /// <summary>The positions of the checks, by name.</summary>
    public FrozenDictionary<string, int> Positions { get; }

    /// <summary>Who depends on whom.</summary>
    public DependencyGraph Graph { get; }

    /// <summary>Which checks roll up into what.</summary>
    public RollUpPlan RollUps { get; }
}
