using System.Threading.Channels;
using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// The scheduling loop: one agenda, one reader of finished runs, one writer of the state. It starts what is due, as far as
/// the plan allows at once, and folds in what is done; runs themselves are elsewhere.
/// </summary>
internal sealed partial class Worker(
    CheckRunner runner,
    StateStore store,
    SchedulerPulse pulse,
    SchedulerMetrics metrics,
    AgentClock clock,
    TimeProvider timers,
    Random random,
    ILogger<Worker> logger) : BackgroundService
{
    // Also with nothing due the loop turns, so that its silence means that it stalls, and the snapshot's time moves on.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    // So much later than it wanted to, the loop wakes only when the machine slept, or the process was stopped.
    private static readonly TimeSpan OversleptBy = TimeSpan.FromSeconds(5);

    private readonly Agenda _agenda = new(random);
    private readonly HostLimits _hosts = new();
    private readonly List<RunReport> _reports = [];
    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });
    private TimeSpan _wokeAt;
    private int _running;

    /// <summary>
    /// Takes another configuration, between two turns of the loop: checks whose plan is the very same are not disturbed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The agent is stopping.</exception>
    public Task ReplaceAsync(AgentPlan plan)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var index = new PlanIndex(plan);
        return _signals.Writer.TryWrite(new Signal(null, () => Replace(index, done)))
            ? done.Task
            : throw new InvalidOperationException("the agent is stopping");
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _agenda.Replace(store.Current.Plan.Checks, clock.Uptime);
        _wokeAt = clock.Uptime;
        await using var alarm = timers.CreateTimer(_ => _signals.Writer.TryWrite(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var stop = stoppingToken.Register(() => _signals.Writer.TryWrite(default));

        // When stopping, what is under way is still awaited and told: it ends by its deadline at the latest.
        for (_signals.Writer.TryWrite(default); !stoppingToken.IsCancellationRequested || _running > 0;)
        {
            await _signals.Reader.WaitToReadAsync(CancellationToken.None);
            try
            {
                Turn(starting: !stoppingToken.IsCancellationRequested);
            }
#pragma warning disable CA1031 // No exception ends the schedule of all checks.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogTurnFailed(e);
            }

            alarm.Change(UntilNext(), Timeout.InfiniteTimeSpan);
        }

        _signals.Writer.Complete();
        foreach (var check in _agenda.Checks)
        {
            await DisposeAsync(check);
        }
    }

    private void Turn(bool starting)
    {
        pulse.Beat();
        PassOverSleep();
        FoldIn();
        store.Refresh();
        while (starting && _running < store.Current.Plan.Concurrency && _agenda.TakeDue(clock.Uptime) is { } due)
        {
            Start(due);
        }
    }

    /// <summary>After a sleep of the machine all checks would be due, and stale, at once: the schedule goes on where it was instead.</summary>
    private void PassOverSleep()
    {
        var silence = clock.Uptime - _wokeAt - LongestSleep;
        if (silence > OversleptBy)
        {
            clock.PassOver(silence);
            LogOverslept(silence);
        }

        _wokeAt = clock.Uptime;
    }

    private void FoldIn()
    {
        while (_signals.Reader.TryRead(out var signal))
        {
            if (signal.Ended is { } report)
            {
                _reports.Add(report);
            }

            if (signal.Replace is { } replace)
            {
                // Runs that ended before have their place in the old configuration.
                Record();
                replace();
            }
        }

        Record();
    }

    private void Record()
    {
        if (_reports.Count == 0)
        {
            return;
        }

        IReadOnlyList<int> wanted = [];
        try
        {
            wanted = store.Record([.. _reports.Where(report => !report.Scheduled.IsRetired).Select(report => report.Completed)]);
        }
        finally
        {
            _reports.ForEach(End);
            _reports.Clear();
            BringForward(wanted);
        }
    }

    private void Replace(PlanIndex index, TaskCompletionSource done)
    {
        IReadOnlyList<int> wanted = [];
        try
        {
            SchedulingSetup.ReserveThreads(index.Plan.Concurrency);
            wanted = store.Replace(index);
        }
        finally
        {
            foreach (var gone in _agenda.Replace(index.Plan.Checks, clock.Uptime))
            {
                if (gone.IsRunning)
                {
                    gone.Cancel();
                }
                else
                {
                    // It may have been given a place and not be started yet.
                    Leave(gone);
                    _ = DisposeAsync(gone);
                }
            }

            BringForward(wanted);
            done.SetResult();
        }
    }

    private void BringForward(IReadOnlyList<int> wanted)
    {
        var now = clock.Uptime;
        foreach (var position in wanted)
        {
            _agenda.BringForward(_agenda.Checks[position], now);
        }
    }

    private void Start(ScheduledCheck scheduled)
    {
        if (store.Current.Checks[scheduled.Position].Cause is not null)
        {
            Leave(scheduled);
            _agenda.PlanNext(scheduled, soon: false, clock.Uptime);
            return;
        }

        if (!_hosts.TryEnter(scheduled, store.Current.Plan.ConcurrencyPerHost))
        {
            return;
        }

        _running++;
        scheduled.IsRunning = true;
        if (scheduled.Hangs)
        {
            metrics.Skipped();
        }
        else
        {
            metrics.Started(clock.Uptime - scheduled.Due);
        }

        _ = ReportAsync(scheduled, counted: !scheduled.Hangs);
    }

    private async Task ReportAsync(ScheduledCheck scheduled, bool counted)
    {
        _signals.Writer.TryWrite(new Signal(await runner.RunAsync(scheduled), null));
        if (counted)
        {
            metrics.Ended();
        }
    }

    private void End(RunReport report)
    {
        var (scheduled, _, span, abandoned) = report;
        span?.Dispose();
        scheduled.IsRunning = false;
        _running--;
        Leave(scheduled);
        if (scheduled.IsRetired)
        {
            _ = DisposeAsync(scheduled);
            return;
        }

        if (abandoned is not null && abandoned != scheduled.Abandoned)
        {
            // What it holds is ended under it, so that a socket on which it hangs is closed.
            _ = DisposeAsync(scheduled);
        }

        scheduled.Abandoned = abandoned;
        _agenda.PlanNext(scheduled, store.Current.Checks[scheduled.Position].IsContradicted, clock.Uptime);
    }

    /// <summary>Gives back a place at the host, if the check has one, and lets the next that waits for it start.</summary>
    private void Leave(ScheduledCheck scheduled)
    {
        for (var next = _hosts.Leave(scheduled); next is not null; next = next.IsRetired ? _hosts.Leave(next) : null)
        {
            _agenda.Enqueue(next, next.Due);
        }
    }

    /// <summary>Ends what a check holds, off the loop: it may block, and may fail.</summary>
    private Task DisposeAsync(ScheduledCheck scheduled) => Task.Run(async () =>
    {
        try
        {
            await scheduled.DisposeAsync();
        }
#pragma warning disable CA1031 // However a check ends, the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDisposeFailed(scheduled.Plan.Name, e);
        }
    });

    private TimeSpan UntilNext()
    {
        var sleep = _running < store.Current.Plan.Concurrency && _agenda.NextDue is { } due ? due - clock.Uptime : LongestSleep;
        // In whole milliseconds, which is what timers count: a fraction would be none, and the loop would spin until it had passed.
        return sleep > LongestSleep ? LongestSleep : sleep > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds)) : TimeSpan.Zero;
    }

    /// <summary>What wakes the loop: a run that ended, another configuration, or nothing but the time.</summary>
    private readonly record struct Signal(RunReport? Ended, Action? Replace);

    [LoggerMessage(1, LogLevel.Error, "A turn of the scheduling loop failed; the loop goes on")]
    private partial void LogTurnFailed(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The agent slept for {Silence}, with its machine or because it was stopped; the schedule goes on where it was")]
    private partial void LogOverslept(TimeSpan silence);

    [LoggerMessage(3, LogLevel.Warning, "{Check} could not be ended cleanly")]
    private partial void LogDisposeFailed(string check, Exception exception);
}
