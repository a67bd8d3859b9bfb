using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HealthAgent.Checks;
using HealthAgent.Checks.Host;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Scheduling;

/// <summary>
/// A worker on a fake clock. Its loop and its runs are on real threads, so time is only moved on once all that is due
/// has been started and is either done and folded in or waits for the test.
/// </summary>
internal sealed class WorkerHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Meter _meter = new(Names.Source);
    private readonly MeterListener _meters = new();
    private readonly List<ScriptedCheck> _checks = [];
    private readonly ConcurrentQueue<double> _lags = new();
    private readonly SchedulerMetrics _metrics;
    private long _forgotten;
    private long _starts;
    private Turn _lastTurn = new(-1, -1);

    public WorkerHarness(AgentPlan plan, LoopClock clock, IEnumerable<ScriptedCheck> checks, params IStateListener[] listeners)
    {
        Clock = clock;
        _checks.AddRange(checks);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddSingleton(plan);
        services.AddSingleton<TimeProvider>(clock);
        services.AddScheduling();
        services.AddSingleton<Random>(Random);
        services.AddSingleton<StateStore>();
        foreach (var listener in listeners)
        {
            services.AddSingleton(listener);
        }

        services.AddSingleton<AgentClock>();
        _services = services.BuildServiceProvider();
        _metrics = _services.GetRequiredService<SchedulerMetrics>();
        Listen();
        _metrics.PublishOn(_meter);
        Store = _services.GetRequiredService<StateStore>();
        Pulse = _services.GetRequiredService<SchedulerPulse>();
        Worker = _services.GetRequiredService<Worker>();
        clock.TurnEnded = () => Volatile.Write(ref _lastTurn, new Turn(Starts, Folded));
    }

    public LoopClock Clock { get; }

    public StateStore Store { get; }

    public SchedulerPulse Pulse { get; }

    public Worker Worker { get; }

    public CapturedLog Log { get; } = new();

    /// <summary>Where in their intervals checks have their regular starts; at the beginning unless a test says otherwise.</summary>
    public FixedRandom Random { get; } = new();

    public long Skipped => _metrics.SkippedStarts;

    public long Running => _metrics.Running;

    public IReadOnlyCollection<double> Lags => _lags;

    public string Statuses => string.Concat(Store.Current.Checks.Select(state => state.Status.Letter()));

    public async Task StartAsync()
    {
        await Worker.StartAsync(CancellationToken.None);
        await SettleAsync();
    }

    /// <summary>Gives the worker another configuration; of checks that it removes, so many runs are under way and will not be told.</summary>
    public async Task ReplaceAsync(AgentPlan next, int dropped = 0, params IEnumerable<ScriptedCheck> more)
    {
        var kept = next.Checks.Select(check => check.Name).ToHashSet(StringComparer.Ordinal);
        var gone = Store.Current.Checks.Where(state => !kept.Contains(state.Plan.Name)).ToList();
        _checks.AddRange(more);
        await Worker.ReplaceAsync(next).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Interlocked.Add(ref _forgotten, FoldedIn(gone) + dropped);
        await SettleAsync();
    }

    /// <summary>Moves time on, step by step.</summary>
    public async Task AdvanceAsync(double seconds, double step = 1)
    {
        for (var steps = Math.Round(seconds / step); steps > 0; steps--)
        {
            Clock.Advance(TimeSpan.FromSeconds(step));
            await SettleAsync();
        }
    }

    /// <summary>Waits until the loop sleeps and every run that was started is folded in or waits for the test.</summary>
    public Task SettleAsync() => Eventually.Is(
        () =>
        {
            var (turn, starts) = (Volatile.Read(ref _lastTurn), Starts);
            return Clock.AlarmIsAhead && turn.Starts == starts && turn.Folded >= starts - Interlocked.Read(ref _forgotten) - _checks.Sum(check => check.Waiting);
        },
        "the loop sleeps");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _meters.Dispose();
        _meter.Dispose();
    }

    private long Starts => Interlocked.Read(ref _starts) + Skipped;

    private long Folded => FoldedIn(Store.Current.Checks);

    private static long FoldedIn(IEnumerable<CheckState> states) => states.Sum(state => state.Executions.Endings.Sum(ending => ending.Count));

    private void Listen()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, lag, _, _) =>
        {
            if (instrument.Name == Names.Metrics.SchedulerLag)
            {
                _lags.Enqueue(lag);
                Interlocked.Increment(ref _starts);
            }
        });
        _meters.Start();
    }

    private sealed record Turn(long Starts, long Folded);
}

/// <summary>Chance that always falls the same way.</summary>
internal sealed class FixedRandom : Random
{
    public double Value { get; set; }

    /// <summary>Where it comes from when it is to fall differently each time.</summary>
    public Random? Spread { get; set; }

    protected override double Sample() => Value;

    public override double NextDouble() => Spread?.NextDouble() ?? Value;
}

/// <summary>A log that keeps what it is told.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<CapturedRecord> _records = new();

    public IReadOnlyCollection<CapturedRecord> Records => _records;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _records);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<CapturedRecord> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            records.Enqueue(new CapturedRecord(
                category, logLevel, eventId, formatter(state, exception), exception,
                state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], System.Diagnostics.Activity.Current?.TraceId));
    }
}

/// <summary>One log record.</summary>
internal sealed record CapturedRecord(
    string Category, LogLevel Level, EventId Id, string Message, Exception? Exception,
    IReadOnlyList<KeyValuePair<string, object?>> Attributes, System.Diagnostics.ActivityTraceId? TraceId);
