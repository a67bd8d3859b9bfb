using System.Collections.Concurrent;
using HealthAgent.Publishers;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Publishers;

/// <summary>The loop of publishers, on a clock that tests move.</summary>
public abstract class PublishingLoop : IAsyncLifetime
{
    protected static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    private readonly StateStore _store;

    private protected CountingClock Clock { get; } = new();

    private protected Metronome LastPublisher { get; } = new();

    private protected CapturedLog Log { get; } = new();

    protected HealthCheckPublisherOptions Options { get; } =
        new() { Delay = TimeSpan.FromSeconds(5), Period = TimeSpan.FromSeconds(30), Timeout = Ten };

    /// <summary>The loop, once it is started.</summary>
    private protected HealthReportLoop? Loop { get; set; }

    protected PublishingLoop() => _store = new StateStore(Plans.Agent(Plans.Check("db")), new AgentClock(Clock), []);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await (Loop?.StopAsync(soon.Token) ?? Task.CompletedTask);
        Loop?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected IReadOnlyList<string> Logged =>
        [.. Log.Records.Where(record => !record.Message.Contains(nameof(Metronome), StringComparison.Ordinal))
            .Select(record => $"{record.Level} {record.Message}")];

    protected void Pass() => _store.Record([new CompletedRun(0, Plans.Outcome('P'), Span: null)]);

    private protected HealthReportLoop LoopOf(IEnumerable<IHealthCheckPublisher> publishers) => new(
        _store, publishers, Microsoft.Extensions.Options.Options.Create(Options), Clock, new ServiceCollection().BuildServiceProvider(),
        LoggerFactory.Create(logging => logging.AddProvider(Log)).CreateLogger<HealthReportLoop>());

    /// <summary>Starts the loop with a publisher, followed by one that signals when the others have been called.</summary>
    private protected async Task StartAsync(params Publisher[] publishers)
    {
        publishers = [.. publishers, LastPublisher];
        Array.ForEach(publishers, publisher => publisher.Clock = Clock);
        Loop = LoopOf(publishers);
        await Loop.StartAsync(CancellationToken.None);
        await Eventually.Is(() => Clock.Timers == 1, "the delay has begun");
    }

    /// <summary>Advances the clock to the next report.</summary>
    protected async Task ReportAsync(double seconds, bool hangs = false)
    {
        var reports = LastPublisher.At.Count;
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.Is(() => LastPublisher.At.Count > reports, "a report is given");
        await (hangs ? Task.CompletedTask : Loop!.UnderWay.Ends());
    }

    /// <summary>Advances the clock to the next check for first verdicts.</summary>
    protected async Task LookAsync(double seconds)
    {
        var timers = Clock.Timers;
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.Is(() => Clock.Timers == timers + 1, "it has looked and waits again");
    }

    private protected sealed class CountingClock() : FakeTimeProvider(Plans.Start)
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }

    private protected sealed class Metronome : Publisher;

    private protected class Publisher : IHealthCheckPublisher
    {
        public ConcurrentQueue<DateTimeOffset> At { get; } = new();

        public ConcurrentQueue<HealthReport> Reports { get; } = new();

        public TimeProvider Clock { get; set; } = TimeProvider.System;

        public Func<HealthReport, CancellationToken, Task> Run { get; set; } = (_, _) => Task.CompletedTask;

        public int Ended { get; private set; }

        public async Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            Reports.Enqueue(report);
            At.Enqueue(Clock.GetUtcNow());
            await Run(report, cancellationToken);
            Ended++;
        }
    }
}
