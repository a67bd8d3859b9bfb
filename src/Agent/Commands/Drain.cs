using HealthAgent.Instruments;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// The time between the request to stop and the stop, <c>agent.drain</c>: <c>/readyz</c> fails, so that load balancers send callers elsewhere,
/// and those that still come are served.
/// </summary>
internal sealed class Drain(StateStore store, Readiness readiness, WorkerLifetime worker, AgentEvents events, TimeProvider clock)
{
    /// <summary>How long requests under way may take when the agent stops without a drain.</summary>
    public static readonly TimeSpan CallersMayTake = TimeSpan.FromSeconds(5);

    // What runs and callers have used of their time when the drain is over: with the default drain, 5 s, a run and a collector that both
    // hang leave the stop within the ten seconds that Docker gives.
    private static readonly TimeSpan RunsEndEarlier = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CallersEndEarlier = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Drains. No run starts in its last four seconds: those under way have their six seconds from there on.
    /// </summary>
    /// <returns>How long requests under way may take from now on: less after a drain, in which most of them have ended.</returns>
    public async Task<TimeSpan> RunAsync()
    {
        var drain = store.Current.Plan.Drain;
        readiness.Withdraw();
        events.Stopping(drain);

        var over = Task.Delay(drain, clock);
        await Task.Delay(drain - Units.Shorter(drain, RunsEndEarlier), clock);
        worker.BeginStop();
        await over;
        return CallersMayTake - Units.Shorter(drain, CallersEndEarlier);
    }
}
