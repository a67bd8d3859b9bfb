namespace HealthAgent.Scheduling;

/// <summary>A hosted service that takes part in some phases of the host's start and stop, and in no others.</summary>
internal abstract class LifecycleService : IHostedLifecycleService
{
    /// <inheritdoc />
    public virtual Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public virtual Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public virtual Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public virtual Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
