using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Operations;

/// <summary>A run of all checks of a mode.</summary>
/// <param name="RollUp">The mode: light or full.</param>
/// <param name="Runs">Each check with its run, or why it has none, in the order of the configuration.</param>
internal sealed record RunOfAll(string RollUp, IReadOnlyList<KeyValuePair<CheckPlan, RequestedRun>> Runs);

/// <summary>
/// Runs all checks of a mode at the request of callers; those who ask before it has ended share it. What is started is admitted as any
/// run is: so many at once, and so many per host.
/// </summary>
internal sealed class RunsOfAll(Worker worker, StateStore store, TimeProvider clock)
{
    // An explanation takes some kilobytes, which are held until all have ended.
    private const int MostExplained = 100;
    private const int Burst = 2;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Pace _pace = new(Burst, Period);
    private readonly Dictionary<string, Task<RunOfAll>> _running = new(StringComparer.Ordinal);

    /// <summary>Starts a run of all, or takes the one under way.</summary>
    /// <param name="rollUp">The mode: light or full.</param>
    /// <param name="running">The run; null where that was too often.</param>
    /// <returns>How long to wait before the next, where that was too often; else zero.</returns>
    public TimeSpan Start(string rollUp, out Task<RunOfAll>? running)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(rollUp, out running) && !running.IsCompleted)
            {
                return TimeSpan.Zero;
            }

            running = null;
            var wait = _pace.TryTake(clock.GetElapsedTime(0));
            if (wait == TimeSpan.Zero)
            {
                _running[rollUp] = running = RunAsync(rollUp);
            }

            return wait;
        }
    }

    private async Task<RunOfAll> RunAsync(string rollUp)
    {
        var snapshot = store.Current;
        List<CheckPlan> plans = [.. snapshot.FindRollUp(rollUp)!.Members.Select(member => snapshot.Checks[member].Plan)];
        var order = new RunOrder(IsExplained: plans.Count <= MostExplained, IsLimited: false);
        var tickets = await worker.RequestRunsAsync(plans.ConvertAll(static plan => plan.Name), order);
        var runs = await Task.WhenAll(tickets.Select(static ticket => ticket.Run));
        return new RunOfAll(rollUp, [.. plans.Zip(runs, KeyValuePair.Create)]);
    }
}
