using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>Runs that are on no schedule.</summary>
internal sealed partial class Worker
{
    /// <summary>Runs something once, as soon as there is a slot for it. By any thread.</summary>
    /// <param name="run">What is run.</param>
    /// <param name="withdrawn">Cancelled when nobody wants it any more: it is cut short, or does not start.</param>
    /// <returns>The record; null where it did not start.</returns>
    public async Task<RunRecord?> RunOnceAsync(OneOffRun run, CancellationToken withdrawn)
    {
        if (await AskAsync(() => Do(_scheduler.Enter, run), Reception.Stopping) == Reception.Stopping)
        {
            return null;
        }

        await using var withdraw = withdrawn.Register(() => _ = AskAsync(() => Do(_scheduler.Withdraw, run), Reception.Stopping));
        return await run.Done;
    }

    private static Reception Do(Action<OneOffRun> act, OneOffRun run)
    {
        act(run);
        return Reception.Done;
    }
}
