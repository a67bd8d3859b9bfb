using HealthAgent.Planning;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// Threads of the pool for runs. Some libraries block one while they wait, and the pool adds threads slowly: without these, a few hanging
/// checks
/// would delay all others, and the probes too. A thread that is not used costs nothing.
/// </summary>
internal sealed class ReservedThreads : IPlanListener
{
    private const int SpareThreads = 16;
    private const int MostReserved = 128;

    public ReservedThreads(AgentPlan plan) => OnReplaced(plan);

    /// <inheritdoc />
    public void OnReplaced(AgentPlan next) => For(next.Concurrency);

    /// <summary>
    /// Lets the pool have a thread for every run there may be at once, as soon as it is needed, up to a number: most wait without one.
    /// </summary>
    public static void For(int concurrency)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.SetMinThreads(Math.Min(most, Math.Max(workers, Math.Min(concurrency, MostReserved) + SpareThreads)), ports);
    }
}
