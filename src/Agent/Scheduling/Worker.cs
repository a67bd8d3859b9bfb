using System.Threading.Channels;
using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// The scheduling loop: one queue of due times, one reader of finished runs, one writer of the state. It starts what is
/// due, as far as the plan allows at once, and folds in what is done; runs themselves are elsewhere.
/// </summary>
internal sealed partial class Worker(
    AgentPlan agent,
    CheckRunner runner,
    StateStore store,
    SchedulerPulse pulse,
    SchedulerMetrics metrics,
    TimeProvider clock,
    Random random,
    ILogger<Worker> logger) : BackgroundService
{
    // Also with nothing due the loop turns, so that its silence means that it stalls, and the snapshot's time moves on.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private readonly Channel<RunReport?> _signals = Channel.CreateUnbounded<RunReport?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PriorityQueue<ScheduledCheck, TimeSpan> _queue = new();
    private readonly List<RunReport> _reports = [];
    private readonly long _origin = clock.GetTimestamp();
    private ScheduledCheck[] _checks = [];
    private int _running;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _checks = [.. agent.Checks.Index().Select(pair => Plan(pair.Item, pair.Index))];
        await using var alarm = clock.CreateTimer(_ => _signals.Writer.TryWrite(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var stop = stoppingToken.Register(() => _signals.Writer.TryWrite(null));

        // When stopping, what is under way is still awaited and told: it ends by its deadline at the latest.
        for (_signals.Writer.TryWrite(null); !stoppingToken.IsCancellationRequested || _running > 0;)
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

        Array.ForEach(_checks, check => check.Dispose());
    }

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    private ScheduledCheck Plan(CheckPlan plan, int position)
    {
        var check = new ScheduledCheck(plan, position, phase: plan.Interval * random.NextDouble());
        Enqueue(check, Schedule.First(position, plan.Interval));
        return check;
    }

    private void Turn(bool starting)
    {
        pulse.Beat();
        FoldIn();
        store.Refresh();
        while (starting && _running < agent.Concurrency && _queue.TryPeek(out var next, out var due) && due <= Now)
        {
            _queue.Dequeue();
            Start(next, due);
        }
    }

    private void FoldIn()
    {
        _reports.Clear();
        while (_signals.Reader.TryRead(out var signal))
        {
            if (signal is { } report)
            {
                _reports.Add(report);
            }
        }

        if (_reports.Count == 0)
        {
            return;
        }

        IReadOnlyList<int> wanted = [];
        try
        {
            wanted = store.Record(_reports.ConvertAll(report => report.Completed));
        }
        finally
        {
            _reports.ForEach(PlanNext);
        }

        var now = Now;
        foreach (var scheduled in wanted.Select(position => _checks[position]).Where(scheduled => !scheduled.IsRunning && scheduled.Due > now))
        {
            Enqueue(scheduled, now);
        }
    }

    private void PlanNext(RunReport report)
    {
        var (scheduled, completed, abandoned) = report;
        completed.Span?.Dispose();
        scheduled.Abandoned = abandoned;
        scheduled.IsRunning = false;
        _running--;
        var regular = Regular(scheduled);
        var soon = Now + scheduled.Plan.RetryInterval;
        Enqueue(scheduled, store.Current.Checks[scheduled.Position].IsContradicted && soon < regular ? soon : regular);
    }

    private TimeSpan Regular(ScheduledCheck scheduled) => Schedule.Next(scheduled.Phase, scheduled.Plan.Interval, Now);

    private void Enqueue(ScheduledCheck scheduled, TimeSpan due)
    {
        scheduled.Due = due;
        _queue.Enqueue(scheduled, due);
    }

    private void Start(ScheduledCheck scheduled, TimeSpan due)
    {
        if (due != scheduled.Due || scheduled.IsRunning)
        {
            // It was brought forward since.
            return;
        }

        if (store.Current.Checks[scheduled.Position].Cause is not null)
        {
            Enqueue(scheduled, Regular(scheduled));
            return;
        }

        _running++;
        scheduled.IsRunning = true;
        if (scheduled.Hangs)
        {
            metrics.Skipped();
            _ = ReportAsync(scheduled);
            return;
        }

        metrics.Started(Now - scheduled.Due);
        _ = RunAsync(scheduled);
    }

    private async Task RunAsync(ScheduledCheck scheduled)
    {
        await ReportAsync(scheduled);
        metrics.Ended();
    }

    private async Task ReportAsync(ScheduledCheck scheduled) => _signals.Writer.TryWrite(await runner.RunAsync(scheduled));

    private TimeSpan UntilNext()
    {
        var sleep = _running < agent.Concurrency && _queue.TryPeek(out _, out var due) ? due - Now : LongestSleep;
        // In whole milliseconds, which is what timers count: a fraction would be none, and the loop would spin until it had passed.
        return sleep > LongestSleep ? LongestSleep : sleep > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds)) : TimeSpan.Zero;
    }

    [LoggerMessage(1, LogLevel.Error, "A turn of the scheduling loop failed; the loop goes on")]
    private partial void LogTurnFailed(Exception exception);
}
