using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>Which endpoints answer otherwise because of a check.</summary>
internal sealed class AffectedEndpoints
{
    private readonly Snapshot _snapshot;
    private readonly string[] _paths;

    public AffectedEndpoints(Snapshot snapshot, string prefix)
    {
        _snapshot = snapshot;
        _paths = [.. snapshot.RollUps.Select(rollUp => prefix + PathOf(rollUp.Name))];
    }

    /// <summary>The paths, for a check by its position: those of roll-ups that it makes less than healthy, or a probe fail.</summary>
    public IEnumerable<string> Of(int position) =>
        _snapshot.Index.RollUps.Of(position).Where(rollUp => IsAffected(_snapshot.RollUps[rollUp], position)).Select(one => _paths[one]);

    private bool IsAffected(RollUp rollUp, int position) => rollUp.Contribution(_snapshot.Checks[position]) is var added
        && (rollUp.Name is RollUpPlan.Ready or RollUpPlan.Startup ? !added.IsUp() : added != CheckStatus.Healthy);

    private static string PathOf(string rollUp) => rollUp.Split('/') switch
    {
        [RollUpPlan.Light] => "/health",
        [RollUpPlan.Full] => "/health?mode=full",
        ["tier", var tier] => $"/health/tiers/{tier}",
        ["group", var group] => $"/health/groups/{group}",
        _ => $"/{rollUp}",
    };
}
