using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// The scheduling loop: it waits for runs that end, for another configuration and for the time, lets the
/// <see cref="Scheduler"/> decide, and starts runs. Runs themselves are elsewhere.
/// </summary>
internal sealed partial class Worker : BackgroundService, IRuns
{
    // A run with the default timeout of five seconds ends by itself.
    private static readonly TimeSpan RunsMayTake = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan CancelledRunsMayTake = TimeSpan.FromMilliseconds(500);

    private readonly CheckRunner _runner;
    private readonly SchedulerMetrics _metrics;
    private readonly TimeProvider _timers;
    private readonly ILogger<Worker> _logger;
    private readonly Scheduler _scheduler;
    private readonly List<RunReport> _ended = [];
    private readonly WorkerSignals _signals = new();
    private readonly CheckDisposal _disposal;

    public Worker(
        CheckRunner runner, StateStore store, SchedulerPulse pulse, SchedulerMetrics metrics, AgentClock clock, TimeProvider timers,
        Random random, ILogger<Worker> logger)
    {
        (_runner, _metrics, _timers, _logger, _disposal) = (runner, metrics, timers, logger, new CheckDisposal(logger));
        _scheduler = new Scheduler(store, pulse, metrics, clock, random, runs: this, logger);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _scheduler.Begin();
        await using var alarm = _timers.CreateTimer(_ => _signals.Post(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var stop = stoppingToken.Register(() => _ = AskAsync(Stop, Reception.Stopping));

        // When stopping, what is under way is still awaited and reported, unless it is cancelled.
        for (_signals.Post(default); !stoppingToken.IsCancellationRequested || _scheduler.Running > 0;)
        {
            await _signals.WaitAsync();
            try
            {
                TakeSignals();
                Iterate(starting: !stoppingToken.IsCancellationRequested);
            }
#pragma warning disable CA1031 // No exception ends the schedule of all checks.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogIterationFailed(e);
            }

            alarm.Change(_scheduler.UntilNext, Timeout.InfiniteTimeSpan);
        }

        _signals.Close();
        foreach (var check in _scheduler.Checks)
        {
            await _disposal.DisposeAsync(check);
        }
    }

    /// <summary>
    /// Starts no more runs, and lets those under way end by themselves for six seconds. Then they are cancelled and not reported, those
    /// that clean up so much earlier as that takes; those that are not done half a second later are left behind.
    /// </summary>
    /// <param name="cancellationToken">Not used: the time that the host has left may have been used up by callers.</param>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var (start, stopped, end) = (_timers.GetTimestamp(), base.StopAsync(CancellationToken.None), RunsMayTake);
        foreach (var cleanupTime in _scheduler.CleanupTimes)
        {
            end = cleanupTime > end ? cleanupTime : end;
            if (!await EndsWithinAsync(stopped, RunsMayTake - cleanupTime - _timers.GetElapsedTime(start)))
            {
                _signals.Post(new(CancelRuns: cleanupTime));
            }
        }

        await EndsWithinAsync(stopped, end + CancelledRunsMayTake - _timers.GetElapsedTime(start));
        CloseUnlessRunning();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        CloseUnlessRunning();
        base.Dispose();
    }

    /// <inheritdoc />
    void IRuns.Start(ScheduledCheck check) => _ = RunAsync(check, counted: !check.Hangs);

    /// <inheritdoc />
    void IRuns.Dispose(ScheduledCheck check) => _ = _disposal.DisposeAsync(check);

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        await task.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero, _timers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    private void TakeSignals()
    {
        while (_signals.TryTake(out var signal))
        {
            if (signal.Ended is { } report)
            {
                _ended.Add(report);
            }

            if (signal.CancelRuns is { } cleanupTime)
            {
                _scheduler.CancelRuns(cleanupTime);
            }

            if (signal.Request is { } request)
            {
                // Runs that completed before have their place in the configuration, and in the order, of before.
                Iterate(starting: false);
                request.Execute();
            }
        }
    }

    private void Iterate(bool starting)
    {
        try
        {
            _scheduler.Iterate(_ended, starting);
        }
        finally
        {
            _ended.Clear();
        }
    }

    private async Task RunAsync(ScheduledCheck scheduled, bool counted)
    {
        var run = await _runner.RunAsync(scheduled);

        // Here, since it takes longer than the loop should.
        scheduled.Explanation?.Complete(scheduled.Plan.Redactor);
        _signals.Post(new(new RunReport(scheduled, run)));
        if (counted)
        {
            _metrics.Ended();
        }
    }

    /// <summary>A loop that never ran, since the agent could not start or was stopped at once, leaves nobody waiting either.</summary>
    private void CloseUnlessRunning()
    {
        if (ExecuteTask is null or { IsCompleted: true })
        {
            _signals.Close();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Scheduler iteration failed; continuing")]
    private partial void LogIterationFailed(Exception exception);
}
