namespace HealthAgent;

/// <summary>
/// Runs checks beside their schedules. A service of the application after <c>AddHealthAgent</c>; safe for any number of threads.
/// </summary>
public interface IHealthRuns
{
    /// <summary>
    /// Runs a check now, or as soon as its run under way has ended and there is a slot, and folds the outcome into what is believed of it,
    /// as with any run. Calls at the same time share one run.
    /// </summary>
    /// <param name="name">The check's name.</param>
    /// <param name="cancellationToken">Gives up waiting; the run goes on.</param>
    /// <returns>The run, whatever its result.</returns>
    /// <exception cref="KeyNotFoundException">There is no check of that name.</exception>
    /// <exception cref="InvalidOperationException">
    /// The check is not run: another one that it depends on is unhealthy, its outcomes come from elsewhere, it was changed by a reload
    /// before the run ended, or the agent is stopping.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the run ended.</exception>
    Task<HealthCheckRun> RunAsync(string name, CancellationToken cancellationToken = default);
}
