using HealthAgent.Planning;
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

    /// <summary>
    /// Takes another configuration, between two iterations of the loop: checks whose plan is the very same are not disturbed.
    /// The task fails, and the previous configuration is kept, when it could not be taken.
    /// </summary>
    /// <param name="plan">The configuration.</param>
    /// <param name="inForce">
    /// Called once it is in force, before any run is recorded under it: what counts runs can begin with the first.
    /// </param>
    /// <exception cref="InvalidOperationException">The agent is stopping.</exception>
    public async Task ReplaceAsync(AgentPlan plan, Action? inForce = null)
    {
        var index = new PlanIndex(plan);
        if (await AskAsync(() => Replace(index, inForce)) == Reception.Stopping)
        {
            throw new InvalidOperationException("the agent is stopping");
        }
    }

    /// <summary>Records an outcome that nobody here ran, such as a heartbeat, in the order in which they come. By any thread.</summary>
    /// <param name="check">The name of the check.</param>
    /// <param name="record">What happened.</param>
    /// <returns>Completes when it is in the snapshot, or refused: the caller knows what to answer.</returns>
    public Task<Reception> RecordAsync(string check, RunRecord record) => AskAsync(() => _scheduler.Receive(check, record));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _scheduler.Begin();
        await using var alarm = _timers.CreateTimer(_ => _signals.Post(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var stop = stoppingToken.Register(() => _signals.Post(default));

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
    /// Starts no more runs, and lets those under way end for six seconds. Then they are cancelled and not reported, those that
    /// clean up so much earlier as that takes; those that are not done half a second later are left behind.
    /// </summary>
    /// <param name="cancellationToken">Not used: the time that the host has left may have been used up by callers.</param>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var (start, stopped) = (_timers.GetTimestamp(), base.StopAsync(CancellationToken.None));
        var end = RunsMayTake;
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

    private Reception Replace(PlanIndex index, Action? inForce)
    {
        _runner.Memory.Limit = index.Plan.Memory;
        _scheduler.Replace(index);
        inForce?.Invoke();
        return Reception.Done;
    }

    private Task<Reception> AskAsync(Func<Reception> act)
    {
        var request = new LoopRequest(act);
        _signals.Post(new(Request: request));
        return request.Done;
    }

    private async Task RunAsync(ScheduledCheck scheduled, bool counted)
    {
        _signals.Post(new(new RunReport(scheduled, await _runner.RunAsync(scheduled))));
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
