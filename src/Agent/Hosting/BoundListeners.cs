using HealthAgent.Planning;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// The listeners that the agent was started with. Other certificates are taken from the next handshake on; the rest needs a restart.
/// </summary>
internal sealed class BoundListeners(AgentPlan plan) : IPlanListener
{
    /// <summary>All, in the order written.</summary>
    public IReadOnlyList<BoundListener> All { get; } = [.. plan.Listen.Select(listener => new BoundListener(listener))];

    /// <inheritdoc />
    public void OnReplaced(AgentPlan next)
    {
        foreach (var listener in All)
        {
            if (next.Listen.FirstOrDefault(listener.Written.Equals)?.Tls is { } tls)
            {
                listener.Take(tls.Content);
            }
        }
    }
}
