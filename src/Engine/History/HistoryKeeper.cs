using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>
/// Keeps on the disk what outlives a restart: events as they come, the states of checks every ten seconds and at a stop, after the last run
/// was recorded. All of it in the background: nothing waits for the disk but readers of events, for
/// <see cref="StateDirectory.LongestWrite"/> at the most.
/// </summary>
internal sealed class HistoryKeeper(
    StateDirectory directory, EventFile file, EventLog log, StateStore store, AgentClock clock, TimeProvider timers) : BackgroundService
{
    /// <summary>How often states are written, unless nothing changed.</summary>
    public static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    // Of the time, at the most: writing ten thousand checks takes a while.
    private const int OneIn = 50;

    private long _savedVersion;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        log.OnStarted();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The last runs are recorded by now.
        await base.StopAsync(CancellationToken.None);
        await directory.TryAsync(folder => file.Save(folder, log));
        await SaveStatesAsync();
        await directory.RetryAsync();
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => directory.IsGiven
        ? Task.WhenAll(FollowEventsAsync(stoppingToken), FollowStatesAsync(stoppingToken))
        : Task.CompletedTask;

    private async Task FollowEventsAsync(CancellationToken stopping)
    {
        for (var tried = long.MinValue; !stopping.IsCancellationRequested;)
        {
            var upTo = log.LastSequence;
            if (tried == long.MinValue || !directory.IsFailing || timers.GetElapsedTime(tried) >= SaveEvery)
            {
                tried = timers.GetTimestamp();
                await directory.TryAsync(folder => file.Save(folder, log));
            }

            // Whether that worked or not: while the disk fails, readers get events from memory.
            log.Publish(upTo);
            var next = log.HasAfter(upTo);
            await (directory.IsFailing ? next.WaitAsync(SaveEvery, timers, stopping) : next.WaitAsync(stopping))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowStatesAsync(CancellationToken stopping)
    {
        var pause = SaveEvery;
        while (true)
        {
            await Task.Delay(pause, timers, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            var start = timers.GetTimestamp();
            await SaveStatesAsync();
            await directory.RetryAsync();
            var longest = OneIn * timers.GetElapsedTime(start);
            pause = longest > SaveEvery ? longest : SaveEvery;
        }
    }

    private async Task SaveStatesAsync()
    {
        // In this order: the states have all events up to this one.
        var lastId = log.LastId;
        var snapshot = store.Current;
        if (directory.IsGiven && snapshot.Version != _savedVersion && await directory.TryAsync(folder => WholeFile.Write(
            Path.Combine(folder, StatesFile.Name), to => StatesFile.Write(to, lastId, CarriedState.Of(snapshot, clock.Now)))))
        {
            _savedVersion = snapshot.Version;
        }
    }
}
