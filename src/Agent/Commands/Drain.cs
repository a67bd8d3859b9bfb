using HealthAgent.Agent.Hosting;
using HealthAgent.Instruments;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// The shutdown delay, <c>agent.drain</c>: <c>/readyz</c> fails, so that load balancers route elsewhere, while requests are still served.
/// </summary>
internal sealed class Drain(
    StateStore store, Readiness readiness, WorkerLifetime worker, AgentEvents events, ServiceManager manager, TimeProvider clock)
{
    /// <summary>Timeout for requests in progress when the agent stops without a drain.</summary>
    public static readonly TimeSpan CallersMayTake = TimeSpan.FromSeconds(5);

    // How much of their timeout runs and requests have used at the end of the drain: with the default of 5 s, a hanging run and a hanging
    // collector still fit in Docker's ten seconds.
    private static readonly TimeSpan RunsEndEarlier = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CallersEndEarlier = TimeSpan.FromSeconds(3);

    /// <summary>Drains. No run starts in the last four seconds, so that runs in progress can complete.</summary>
    /// <returns>The timeout for requests still in progress: shorter after a drain, when most have completed.</returns>
    public async Task<TimeSpan> RunAsync()
    {
        var drain = store.Current.Plan.Drain;
        readiness.Withdraw();
        events.Stopping(drain);
        manager.Stopping(drain);

        var over = Task.Delay(drain, clock);
        await Task.Delay(drain - Units.Shorter(drain, RunsEndEarlier), clock);
        worker.BeginStop();
        await over;
        return CallersMayTake - Units.Shorter(drain, CallersEndEarlier);
    }
}
