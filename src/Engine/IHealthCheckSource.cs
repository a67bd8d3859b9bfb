using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent;

/// <summary>
/// Health checks that come and go while the application runs, such as one for each tenant; for <c>AddSource</c>. They are merged with
/// those of the file, those registered by <c>AddHealthChecks()</c> and those of other sources, and are run like them.
/// </summary>
public interface IHealthCheckSource
{
    /// <summary>What it is called in messages and events, such as <c>tenants</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Reads all checks that there are now: when the application is built, after changes, and when the configuration is reloaded. Reads
    /// never overlap. Checks that are not there at once, because the task has not completed, join when the application runs.
    /// </summary>
    /// <param name="cancellationToken">
    /// Cancelled after 30 s, when the application stops, and when the result is not waited for at the start; it is read again then.
    /// </param>
    /// <returns>
    /// The checks. Names, in small letters, are unique among all checks; with a name that is taken, what was read before is kept, and at
    /// the start the application is not built. A registration that is the same object as before goes on undisturbed. Another object under
    /// the same name and tags replaces the check, and keeps its status.
    /// </returns>
    /// <exception cref="Exception">Any: it is logged, what was read before is kept, and the source is read again after 10 s.</exception>
    Task<IReadOnlyList<HealthCheckRegistration>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Watches for changes until it is cancelled. Returns at once where there never are any.</summary>
    /// <param name="changed">
    /// To be called, on any thread and as often as need be, when there may be other checks than were read last. The source is read after a
    /// pause of 200 ms, and once per second while changes do not pause. It need not be called for what changed before this method was.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the application stops.</param>
    /// <returns>A task that completes when it stops watching.</returns>
    /// <exception cref="Exception">Any: it is logged, and the method is called again after 10 s.</exception>
    Task WatchAsync(Action changed, CancellationToken cancellationToken);
}
