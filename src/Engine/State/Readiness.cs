namespace HealthAgent.State;

/// <summary>Whether the agent wants further callers. It is withdrawn once, when the agent is asked to stop.</summary>
internal sealed class Readiness
{
    private volatile bool _isWithdrawn;

    /// <summary>Whether callers should go elsewhere, since the agent is stopping.</summary>
    public bool IsWithdrawn => _isWithdrawn;

    /// <summary>Lets <c>/readyz</c> fail from now on.</summary>
    public void Withdraw() => _isWithdrawn = true;
}
