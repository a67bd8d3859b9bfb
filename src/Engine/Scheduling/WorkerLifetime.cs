namespace HealthAgent.Scheduling;

/// <summary>
/// Starts the worker when everything else has started, the web server too: an agent that cannot listen, as a second one on a taken port,
/// runs no check. Hosted services would start before the web server does.
/// </summary>
internal sealed class WorkerLifetime(Worker worker) : IHostedLifecycleService
{
    private Task _stopped = Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => worker.StartAsync(cancellationToken);

    /// <summary>Before the web server stops, which may wait for callers: runs end while it does.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopped = worker.StopAsync(cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _stopped;

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
