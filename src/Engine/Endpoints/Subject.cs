using System.Collections.Immutable;
using System.Globalization;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>What a document is about: checks that roll up together, or a single one.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Members">The checks, by position.</param>
/// <param name="RollUp">The roll-up; null for a single check.</param>
internal sealed record Subject(CheckStatus Status, ImmutableArray<int> Members, RollUp? RollUp)
{
    /// <summary>A roll-up of the snapshot; null when there is none of the name.</summary>
    public static Subject? OfRollUp(Snapshot snapshot, string name) =>
        snapshot.FindRollUp(name) is { } rollUp ? new Subject(rollUp.Status, rollUp.Members, rollUp) : null;

    /// <summary>A check of the snapshot; null when there is none of the name.</summary>
    public static Subject? OfCheck(Snapshot snapshot, string name) =>
        snapshot.Index.Positions.TryGetValue(name, out var position)
            ? new Subject(snapshot.Checks[position].Status, [position], null)
            : null;

    /// <summary>The checks that make it less than healthy.</summary>
    public IEnumerable<CheckState> CausesAmong(CheckStates states) =>
        RollUp?.CausesAmong(states) ?? Members.Select(member => states[member]).Where(state => state.Status != CheckStatus.Healthy);

    /// <summary>How it is, without naming a check.</summary>
    public string Describe() => (RollUp, Status) switch
    {
        (null, _) => Status.Name(),
        ({ Members.IsEmpty: true }, _) => "no checks are configured in this mode",
        ({ } all, CheckStatus.Healthy) => Of(all.Counts.Healthy, "healthy"),
        ({ } all, CheckStatus.Unknown) => Of(all.Counts.Unknown, "without a verdict"),
        ({ } all, _) => Of(Members.Length - all.Contributed.Healthy, "not healthy"),
    };

    private string Of(int some, string how) => string.Create(CultureInfo.InvariantCulture, $"{some} of {Members.Length} checks {how}");
}
