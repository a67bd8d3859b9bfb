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
    private readonly Directory _directory;

    private Snapshot(Directory directory, long version, DateTimeOffset takenAt, CheckStates checks, ImmutableArray<RollUp> rollUps)
    {
        (_directory, Version, TakenAt, Checks, RollUps) = (directory, version, takenAt, checks, rollUps);
    }

    /// <summary>The configuration that is in force.</summary>
    public AgentPlan Plan => _directory.Plan;

    /// <summary>Rises with each snapshot.</summary>
    public long Version { get; }

    /// <summary>When the agent started.</summary>
    public DateTimeOffset StartedAt => _directory.StartedAt;

    /// <summary>When this snapshot was made.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>All checks, in the order of the configuration.</summary>
    public CheckStates Checks { get; }

    /// <summary>All roll-ups.</summary>
    public ImmutableArray<RollUp> RollUps { get; }

    /// <summary>How many checks have which status.</summary>
    public StatusCounts Counts => FindRollUp(RollUpPlan.Full)!.Counts;

    /// <summary>The first snapshot: nothing is known yet.</summary>
    public static Snapshot Initial(AgentPlan plan, Moment now) =>
        Of(new Directory(plan, now.At), version: 1, now.At, [.. plan.Checks.Select(check => CheckState.Initial(check, now))]);

    /// <summary>The next snapshot. What depends on statuses is made anew only for the checks that are named as changed.</summary>
    public Snapshot With(CheckStates checks, IReadOnlyCollection<int> changed, DateTimeOffset now) => new(
        _directory, Version + 1, now, checks, changed.Count == 0 ? RollUps : _directory.RollUps.Update(RollUps, changed, Checks, checks));

    /// <summary>The next snapshot, under another configuration.</summary>
    public Snapshot Under(AgentPlan plan, CheckStates checks, DateTimeOffset now) => Of(new Directory(plan, StartedAt), Version + 1, now, checks);

    /// <summary>A check by its name; null when there is none.</summary>
    public CheckState? Find(string name) => _directory.Positions.TryGetValue(name, out var position) ? Checks[position] : null;

    /// <summary>A roll-up by its name; null when there is none.</summary>
    public RollUp? FindRollUp(string name) => _directory.RollUps.Find(name) is { } index ? RollUps[index] : null;

    private static Snapshot Of(Directory directory, long version, DateTimeOffset now, CheckStates checks) =>
        new(directory, version, now, checks, directory.RollUps.Evaluate(checks));

    /// <summary>What stays the same from snapshot to snapshot, as long as the configuration does.</summary>
    private sealed class Directory(AgentPlan plan, DateTimeOffset startedAt)
    {
        public AgentPlan Plan => plan;

        public DateTimeOffset StartedAt => startedAt;

        public RollUpPlan RollUps { get; } = new(plan.Checks);

        public FrozenDictionary<string, int> Positions { get; } =
            plan.Checks.Index().ToFrozenDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
    }
}
