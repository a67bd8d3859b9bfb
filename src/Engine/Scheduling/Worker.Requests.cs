using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>What others ask of the loop, by any thread: it does so between two of its iterations.</summary>
internal sealed partial class Worker
{
    /// <summary>
    /// Takes another configuration, between two iterations of the loop: checks whose plan is the very same are not disturbed.
    /// The task fails, and the previous configuration is kept, when it could not be taken.
    /// </summary>
    /// <param name="plan">The configuration.</param>
    /// <param name="inForce">
    /// Called once it is in force, before any run is recorded under it: what counts runs can begin with the first.
    /// </param>
    /// <exception cref="InvalidOperationException">The agent is stopping.</exception>
    public async Task ReplaceAsync(AgentPlan plan, Action? inForce = null)
    {
        var index = new PlanIndex(plan);
        if (await AskAsync(() => Replace(index, inForce), Reception.Stopping) == Reception.Stopping)
        {
            throw new InvalidOperationException("the agent is stopping");
        }
    }

    /// <summary>Records an outcome that nobody here ran, such as a heartbeat, in the order in which they come. By any thread.</summary>
    /// <param name="check">The name of the check.</param>
    /// <param name="record">What happened.</param>
    /// <returns>Completes when it is in the snapshot, or refused: the caller knows what to answer.</returns>
    public Task<Reception> RecordAsync(string check, RunRecord record) =>
        AskAsync(() => _scheduler.Receive(check, record), Reception.Stopping);

    /// <summary>Takes a heartbeat of a job. By any thread.</summary>
    /// <param name="check">The name of the check.</param>
    /// <param name="beat">What the job sends.</param>
    public Task<HeartbeatReceipt> BeatAsync(string check, Heartbeat beat) =>
        AskAsync(() => _scheduler.Beat(check, beat), new HeartbeatReceipt(HeartbeatAnswer.Stopping));

    /// <summary>
    /// Asks for runs that start now. Completes when they are under way or wait for a slot, with the place of the caller in each, in the
    /// order of the names.
    /// </summary>
    /// <param name="checks">The names of the checks.</param>
    /// <param name="order">How they are wanted.</param>
    public Task<IReadOnlyList<RunTicket>> RequestRunsAsync(IReadOnlyList<string> checks, RunOrder order)
    {
        IReadOnlyList<RunTicket> refused = [.. checks.Select(static _ => RunTicket.Refused(new RequestedRun(RunAnswer.Stopping)))];
        return AskAsync(() => [.. checks.Select(check => _scheduler.RequestRun(check, order))], refused);
    }

    private Reception Replace(PlanIndex index, Action? inForce)
    {
        _runner.Memory.Limit = index.Plan.Memory;
        _scheduler.Replace(index);
        inForce?.Invoke();
        return Reception.Done;
    }

    private Reception Stop()
    {
        _scheduler.StopRequests();
        return Reception.Done;
    }

    private Task<T> AskAsync<T>(Func<T> act, T refusal)
    {
        var request = new LoopRequest<T>(act, refusal);
        _signals.Post(new(Request: request));
        return request.Done;
    }
}
