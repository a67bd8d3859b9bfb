using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>
/// Everything the agent believes, at one moment. Immutable and whole: every surface answers from one of these, so no
/// reader waits, and none sees half a change.
/// </summary>
internal sealed class Snapshot
{
    private readonly SnapshotPlan _plan;

    private Snapshot(
        SnapshotPlan plan, long version, DateTimeOffset takenAt, ImmutableArray<CheckState> checks, ImmutableArray<RollUp> rollUps, StatusCounts counts)
    {
        (_plan, Version, TakenAt, Checks, RollUps, Counts) = (plan, version, takenAt, checks, rollUps, counts);
    }

    /// <summary>Rises by one with each snapshot.</summary>
    public long Version { get; }

    /// <summary>When the agent started.</summary>
    public DateTimeOffset StartedAt => _plan.StartedAt;

    /// <summary>When this snapshot was made.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>All checks, in the order of the configuration.</summary>
    public ImmutableArray<CheckState> Checks { get; }

    /// <summary>All roll-ups.</summary>
    public ImmutableArray<RollUp> RollUps { get; }

    /// <summary>How many checks have which status.</summary>
    public StatusCounts Counts { get; }

    /// <summary>The first snapshot: nothing is known yet.</summary>
    public static Snapshot Initial(IReadOnlyList<CheckPlan> plans, DateTimeOffset now)
    {
        var plan = new SnapshotPlan(plans, now);
        ImmutableArray<CheckState> checks = [.. plans.Select(check => CheckState.Initial(check, now))];
        return new Snapshot(plan, 1, now, checks, plan.RollUps.Evaluate(checks), StatusCounts.Of(checks));
    }

    /// <summary>The next snapshot. What depends on statuses alone is made anew only when one changed.</summary>
    public Snapshot With(ImmutableArray<CheckState> checks, bool statusChanged, DateTimeOffset now) => statusChanged
        ? new Snapshot(_plan, Version + 1, now, checks, _plan.RollUps.Evaluate(checks), StatusCounts.Of(checks))
        : new Snapshot(_plan, Version + 1, now, checks, RollUps, Counts);

    /// <summary>A check by its name; null when there is none.</summary>
    public CheckState? Find(string name) => _plan.Positions.TryGetValue(name, out var position) ? Checks[position] : null;

    /// <summary>A roll-up by its name; null when there is none.</summary>
    public RollUp? FindRollUp(string name) => RollUps.FirstOrDefault(rollUp => rollUp.Name == name);

    /// <summary>What stays the same from snapshot to snapshot.</summary>
    private sealed class SnapshotPlan(IReadOnlyList<CheckPlan> plans, DateTimeOffset startedAt)
    {
        public DateTimeOffset StartedAt => startedAt;

        public RollUpPlan RollUps { get; } = new(plans);

        public FrozenDictionary<string, int> Positions { get; } =
            plans.Index().ToFrozenDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
    }
}

/// <summary>How many checks have which status.</summary>
internal readonly record struct StatusCounts(int Unknown, int Healthy, int Degraded, int Unhealthy)
{
    /// <summary>Counts.</summary>
    public static StatusCounts Of(ImmutableArray<CheckState> checks)
    {
        var counts = new int[StatusNames.All.Length];
        foreach (var check in checks)
        {
            counts[(int)check.Status]++;
        }

        return new StatusCounts(
            counts[(int)CheckStatus.Unknown], counts[(int)CheckStatus.Healthy], counts[(int)CheckStatus.Degraded], counts[(int)CheckStatus.Unhealthy]);
    }
}
