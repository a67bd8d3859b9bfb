using HealthAgent.Instruments;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent;

/// <summary>
/// What comes first when the host starts and when it stops: metrics before anything runs, and no further callers before anything ends.
/// </summary>
internal sealed class AgentLifetime(AgentMeter meter, Readiness readiness) : LifecycleService
{
    /// <inheritdoc />
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        meter.Begin();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Withdraw();
        return Task.CompletedTask;
    }
}
