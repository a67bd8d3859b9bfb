using HealthAgent.State;

namespace HealthAgent.Reload;

/// <summary>Follows each source by itself, so that none holds up another.</summary>
internal sealed partial class ReloadTriggers(
    Reloader reloader, TimeProvider clock, Readiness readiness, ILogger<ReloadTriggers> logger) : BackgroundService
{
    /// <summary>How long after a failure a source is asked again, or watched again.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The agent stops, or could not start: the host would take an exception for a failure.
        await Task.WhenAll(reloader.Readers.Select(reader => FollowAsync(reader, stoppingToken)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(SourceReader reader, CancellationToken cancellationToken)
    {
        using var changes = new SourceChanges(clock);
        await using var retry = clock.CreateTimer(_ => changes.Note(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!reader.Latest.IsRead)
        {
            changes.Note();
        }

        var watching = WatchAsync(reader, changes, cancellationToken);
        try
        {
            while (true)
            {
                await changes.WaitAsync(cancellationToken);
                await ReloadAsync(() => reloader.ReloadAsync(reader, cancellationToken), cancellationToken);
                if (reader.Failure is not null)
                {
                    retry.Change(Retry, Timeout.InfiniteTimeSpan);
                }
            }
        }
        finally
        {
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks all sources now; what is wrong is logged.</summary>
    public Task ReloadAsync(CancellationToken cancellationToken) =>
        ReloadAsync(() => reloader.ReloadAsync(cancellationToken), cancellationToken);

    private async Task WatchAsync(SourceReader reader, SourceChanges changes, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await reader.Source.WatchAsync(changes.Note, clock, cancellationToken);
                return;
            }
#pragma warning disable CA1031 // Whatever one source throws, it is watched again.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogWatchFailed(reader.Source.Name, e);
            }

            await Task.Delay(Retry, clock, cancellationToken);
            // What it did not notice while it waited.
            changes.Note();
        }
    }

    private async Task ReloadAsync(Func<Task> reload, CancellationToken cancellationToken)
    {
        try
        {
            await reload();
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

    [LoggerMessage(20, LogLevel.Error, "Reload failed; keeping the previous configuration")]
    private partial void LogReloadFailed(Exception exception);

    [LoggerMessage(21, LogLevel.Error, "{Source}: watching for changes failed; retrying")]
    private partial void LogWatchFailed(string source, Exception exception);
}
