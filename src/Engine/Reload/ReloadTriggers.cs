using HealthAgent.Files;
using HealthAgent.State;

namespace HealthAgent.Reload;

/// <summary>Reloads when a file that the configuration was read from changes.</summary>
internal sealed partial class ReloadTriggers(
    Reloader reloader, FileWatch watch, StateStore store, Readiness readiness, ILogger<ReloadTriggers> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        watch.Watch(store.Current.Plan.FilesSeen);
        try
        {
            while (true)
            {
                await watch.WaitForChangeAsync(stoppingToken);
                await ReloadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops, or could not start: the host would take anything else for a failure.
        }
    }

    /// <summary>Reloads; what is wrong is logged.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reloader.ReloadAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
        catch (InvalidOperationException) when (readiness.IsWithdrawn)
        {
            // So it does here.
        }
#pragma warning disable CA1031 // Whatever goes wrong with one reload, the next may go well.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogReloadFailed(e);
        }
    }

    [LoggerMessage(20, LogLevel.Error, "The configuration could not be reloaded; the former stays in force")]
    private partial void LogReloadFailed(Exception exception);
}
