using HealthAgent.State;

namespace HealthAgent;

/// <summary>Everything that the agent believes at one moment. Immutable.</summary>
public sealed class HealthSnapshot
{
    private readonly Snapshot _snapshot;
    private readonly Lazy<IReadOnlyList<CheckHealth>> _checks;

    internal HealthSnapshot(Snapshot snapshot)
    {
        _snapshot = snapshot;
        _checks = new(() => [.. snapshot.Checks.Select(static state => new CheckHealth(state))]);
    }

    /// <summary>Rises with each snapshot; restarts at 1 with the process.</summary>
    public long Version => _snapshot.Version;

    /// <summary>When it was taken, by the system's clock.</summary>
    public DateTimeOffset TakenAt => _snapshot.TakenAt;

    /// <summary>All checks, those of the configuration file first.</summary>
    public IReadOnlyList<CheckHealth> Checks => _checks.Value;

    /// <summary>What <c>/readyz</c> answers from: the critical checks of the tiers liveness and dependency.</summary>
    public CheckStatus Ready => Of(RollUpPlan.Ready);

    /// <summary>The tiers liveness and dependency together, each check by its impact.</summary>
    public CheckStatus Light => Of(RollUpPlan.Light);

    /// <summary>All checks together, each by its impact.</summary>
    public CheckStatus Full => Of(RollUpPlan.Full);

    /// <summary>Finds a check by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>How it is; null when there is no such check.</returns>
    public CheckHealth? Find(string name) => _snapshot.Find(name) is { } state ? new CheckHealth(state) : null;

    /// <summary>The checks of a group together, each by its impact.</summary>
    /// <param name="name">The group.</param>
    /// <returns>Their status; null when there is no such group.</returns>
    public CheckStatus? Group(string name) => _snapshot.FindRollUp(RollUpPlan.OfGroup(name))?.Status;

    private CheckStatus Of(string rollUp) => _snapshot.FindRollUp(rollUp)!.Status;
}
