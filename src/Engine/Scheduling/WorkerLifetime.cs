namespace HealthAgent.Scheduling;

/// <summary>
/// Starts the worker when everything else has started, the web server too: an agent that cannot listen, as a second one on a taken port,
/// runs no check. Hosted services would start before the web server does.
/// </summary>
internal sealed class WorkerLifetime(Worker worker) : LifecycleService
{
    private readonly Lazy<Task> _stopped = new(() => worker.StopAsync(CancellationToken.None));

    /// <summary>Starts no more runs, and gives those under way their time from now on; what follows waits for the same stop.</summary>
    public void BeginStop() => _ = _stopped.Value;

    /// <inheritdoc />
    public override Task StartedAsync(CancellationToken cancellationToken) => worker.StartAsync(cancellationToken);

    /// <summary>Before the web server stops, which may wait for callers: runs end while it does.</summary>
    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken) => _stopped.Value;
}
