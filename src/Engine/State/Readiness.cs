namespace HealthAgent.State;

/// <summary>Whether the agent wants further callers. It is withdrawn once, when the agent is asked to stop.</summary>
internal sealed class Readiness
{
    private readonly TaskCompletionSource _withdrawn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether callers should go elsewhere, since the agent is stopping.</summary>
    public bool IsWithdrawn => _withdrawn.Task.IsCompleted;

    /// <summary>Completes when it is withdrawn.</summary>
    public Task Withdrawn => _withdrawn.Task;

    /// <summary>Lets <c>/readyz</c> fail from now on.</summary>
    public void Withdraw() => _withdrawn.TrySetResult();
}
