using System.Collections.Concurrent;
using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.Scheduling;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Runs checks once, side by side: as many in all, and to one host, as the worker would.</summary>
internal sealed class SideBySide(CheckRunner runner, AgentPlan agent)
{
    /// <summary>Called when a run starts, from any thread.</summary>
    public Action<CheckPlan> Started { get; init; } = static _ => { };

    /// <summary>Called when a run has completed, from any thread.</summary>
    public Action<CheckPlan> Completed { get; init; } = static _ => { };

    /// <summary>The runs in the order of the checks. Those that have not completed when it is interrupted have no record.</summary>
    public async Task<IReadOnlyList<CheckedRun>> RunAsync(IReadOnlyList<CheckPlan> plans, CancellationToken interrupted)
    {
        var all = new SemaphoreSlim(agent.Concurrency);
        var hosts = plans.Select(static plan => plan.Host).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static host => host, _ => new SemaphoreSlim(agent.ConcurrencyPerHost), StringComparer.OrdinalIgnoreCase);
        var runs = new ConcurrentDictionary<CheckPlan, CheckedRun>(ReferenceEqualityComparer.Instance);
        var running = plans.Select(async plan =>
        {
            if (plan.IsPassive)
            {
                return;
            }

            using var slot = await EnterAsync(all, plan.Host is { } host ? hosts[host] : null, interrupted);
            runs[plan] = await RunAsync(plan, interrupted);
            Completed(plan);
        }).ToList();
        await Task.WhenAll(running).WaitAsync(interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What they created would stay.
        var cleaning = plans.Zip(running).Where(static run => run.First.CleanupTime > TimeSpan.Zero).ToList();
        var patience = cleaning.Select(static run => run.First.CleanupTime + (CheckAttempt.Grace * 2)).DefaultIfEmpty().Max();
        await Task.WhenAll(cleaning.Select(static run => run.Second)).WaitAsync(patience, TimeProvider.System, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. plans.Select(plan => runs.TryGetValue(plan, out var run) ? run : new CheckedRun(plan))];
    }

    // The host's slot comes first: who waits for it holds up nobody else.
    private static async Task<Slot> EnterAsync(SemaphoreSlim all, SemaphoreSlim? host, CancellationToken interrupted)
    {
        await (host?.WaitAsync(interrupted) ?? Task.CompletedTask);
        await all.WaitAsync(interrupted);
        return new Slot(all, host);
    }

    private async Task<CheckedRun> RunAsync(CheckPlan plan, CancellationToken interrupted)
    {
        Started(plan);
        var explanation = new RunExplanation();
        var check = new CheckInstance(plan) { Explanation = explanation };
        await using var cancelled = interrupted.Register(check.Cancel);
        var run = await runner.RunAsync(check);
        run.Span?.Dispose();

        // It timed out for that reason alone, which is no outcome.
        interrupted.ThrowIfCancellationRequested();
        if (run.Abandoned is null)
        {
            await check.DisposeAsync();
        }

        return new CheckedRun(plan, run.Record, explanation.Complete(plan.Redactor));
    }

    private readonly record struct Slot(SemaphoreSlim All, SemaphoreSlim? Host) : IDisposable
    {
        public void Dispose()
        {
            All.Release();
            Host?.Release();
        }
    }
}
