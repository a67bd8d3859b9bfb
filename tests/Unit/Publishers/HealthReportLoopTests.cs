using System.Collections.Concurrent;
using HealthAgent.Publishers;
using HealthAgent.State;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Publishers;

public sealed class HealthReportLoopTests : IAsyncLifetime
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    private readonly CountingClock _clock = new();
    private readonly Metronome _metronome = new();
    private readonly CapturedLog _log = new();
    private readonly HealthCheckPublisherOptions _options =
        new() { Delay = TimeSpan.FromSeconds(5), Period = TimeSpan.FromSeconds(30), Timeout = Ten };
    private readonly StateStore _store;
    private HealthReportLoop? _loop;

    public HealthReportLoopTests() => _store = new StateStore(Plans.Agent(Plans.Check("db")), new AgentClock(_clock), []);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await (_loop?.StopAsync(soon.Token) ?? Task.CompletedTask);
        _loop?.Dispose();
    }

    [Fact]
    public async Task Publishers_ByTheOptions_AreCalledAfterTheDelayAndEachPeriod()
    {
        Pass();
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(4.9));
        _metronome.At.ShouldBeEmpty();
        await ReportAsync(0.1);
        await ReportAsync(30);
        await ReportAsync(30);

        _metronome.At.Select(at => (at - Plans.Start).TotalSeconds).ShouldBe([5, 35, 65]);
        _metronome.Reports.ShouldAllBe(report => report.Status == HealthStatus.Healthy && report.Entries.ContainsKey("db"));
    }

    [Fact]
    public async Task FirstReport_BeforeAllHaveAVerdict_WaitsForThem()
    {
        await StartAsync();

        await LookAsync(5);
        await LookAsync(1);
        _metronome.At.ShouldBeEmpty();
        Pass();
        await ReportAsync(1);

        _metronome.Reports.ShouldHaveSingleItem().Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task FirstReport_WithoutAVerdictForAWholePeriod_WaitsNoLonger()
    {
        await StartAsync();

        await LookAsync(5);
        for (var second = 1; second < 30; second++)
        {
            await LookAsync(1);
        }

        _metronome.At.ShouldBeEmpty();
        await ReportAsync(1);
        _metronome.Reports.ShouldHaveSingleItem().Status.ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Publisher_ThatThrows_HarmsNoOtherAndIsToldOnce()
    {
        var broken = new Publisher { Run = (_, _) => throw new InvalidOperationException("nobody is there") };
        Pass();
        await StartAsync(broken);

        await ReportAsync(5);
        await ReportAsync(30);
        await ReportAsync(30);
        (broken.At.Count, Logged.Count).ShouldBe((3, 1));
        broken.Run = (_, _) => Task.CompletedTask;
        await ReportAsync(30);

        Logged.ShouldBe(["Error Health check publisher Publisher failed: threw an exception",
            "Information Health check publisher Publisher recovered"]);
        _log.Records.First().Exception.ShouldBeOfType<InvalidOperationException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publisher_ThatHangs_IsNotCalledAgainUntilItEndsAndIsToldOnce(bool blocks)
    {
        using var gate = new ManualResetEventSlim();
        var opened = new TaskCompletionSource();
        var hanging = new Publisher
        {
            Run = (_, _) =>
            {
                if (blocks)
                {
                    gate.Wait(CancellationToken.None);
                }

                return opened.Task;
            },
        };
        Pass();
        await StartAsync(hanging);

        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => hanging.At.Count == 1, "it is called");
        _clock.Advance(TimeSpan.FromSeconds(11));
        await _loop!.UnderWay.Ends();
        await ReportAsync(19);
        await ReportAsync(30);
        await ReportAsync(30);
        hanging.At.Count.ShouldBe(1);
        Logged.ShouldBe(["Error Health check publisher Publisher failed: timed out after 10s"]);

        gate.Set();
        opened.SetResult();
        await Eventually.Is(() => hanging.Ended == 1, "it has ended");
        await ReportAsync(30);
        await ReportAsync(30);
        Logged[1].ShouldBe("Information Health check publisher Publisher recovered");
    }

    [Fact]
    public async Task Publisher_ThatHonoursItsToken_IsToldToEndAtTheTimeout()
    {
        var publisher = new Publisher { Run = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) };
        Pass();
        await StartAsync(publisher);

        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");
        _clock.Advance(Ten);
        await _loop!.UnderWay.Ends();
        await ReportAsync(20, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 2, "it is called again");
        _clock.Advance(Ten);
        await _loop.UnderWay.Ends();

        Logged.ShouldBe(["Error Health check publisher Publisher failed: timed out after 10s"]);
    }

    [Fact]
    public async Task Timeout_ThatIsInfinite_IsNone()
    {
        _options.Timeout = Timeout.InfiniteTimeSpan;
        var opened = new TaskCompletionSource();
        var publisher = new Publisher { Run = (_, token) => opened.Task.WaitAsync(token) };
        Pass();
        await StartAsync(publisher);

        await ReportAsync(5, hangs: true);
        _clock.Advance(TimeSpan.FromDays(1));
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");
        opened.SetResult();
        await _loop!.UnderWay.Ends();
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Is(() => publisher.At.Count > 1, "it is called again");


        Logged.ShouldBeEmpty();
    }

    [Fact]
    public async Task Predicate_ThatThrows_IsToldOnceAndTriedAgain()
    {
        var asked = 0;
        _options.Predicate = _ => Interlocked.Increment(ref asked) < 3 ? throw new InvalidOperationException("not yet") : true;
        Pass();
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.Is(() => Volatile.Read(ref asked) == 1, "a report is tried");
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.Is(() => Volatile.Read(ref asked) == 2, "a report is tried again");
        await ReportAsync(30);

        Logged.ShouldBe(["Error Health report for publishers failed; retrying next period"]);
    }

    [Fact]
    public async Task Stop_WhileAPublisherIsAtIt_TellsItAndWaitsForIt()
    {
        var ended = false;
        var publisher = new Publisher
        {
            Run = async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => { }, TaskScheduler.Default);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
                ended = true;
                token.ThrowIfCancellationRequested();
            },
        };
        Pass();
        await StartAsync(publisher);
        await ReportAsync(5, hangs: true);
        await Eventually.Is(() => publisher.At.Count == 1, "it is called");

        await _loop!.StopAsync(CancellationToken.None).Ends();

        ended.ShouldBeTrue();
        Logged.ShouldBeEmpty();
        _loop.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Loop_WithoutPublishers_SetsNoTimer()
    {
        _loop = Loop([]);
        await _loop.StartAsync(CancellationToken.None);
        await _loop.ExecuteTask!.Ends();
        _clock.Timers.ShouldBe(0);
    }

    private List<string> Logged =>
        [.. _log.Records.Where(record => !record.Message.Contains(nameof(Metronome), StringComparison.Ordinal))
            .Select(record => $"{record.Level} {record.Message}")];

    private void Pass() => _store.Record([new CompletedRun(0, Plans.Outcome('P'), Span: null)]);

    private HealthReportLoop Loop(IEnumerable<IHealthCheckPublisher> publishers) => new(
        _store, publishers, Options.Create(_options), _clock, new ServiceCollection().BuildServiceProvider(),
        LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<HealthReportLoop>());

    /// <summary>Starts the loop with a publisher, followed by one that signals when the others have been called.</summary>
    private async Task StartAsync(params Publisher[] publishers)
    {
        publishers = [.. publishers, _metronome];
        Array.ForEach(publishers, publisher => publisher.Clock = _clock);
        _loop = Loop(publishers);
        await _loop.StartAsync(CancellationToken.None);
        await Eventually.Is(() => _clock.Timers == 1, "the delay has begun");
    }

    /// <summary>Advances the clock to the next report.</summary>
    private async Task ReportAsync(double seconds, bool hangs = false)
    {
        var reports = _metronome.At.Count;
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.Is(() => _metronome.At.Count > reports, "a report is given");
        await (hangs ? Task.CompletedTask : _loop!.UnderWay.Ends());
    }

    /// <summary>Advances the clock to the next check for first verdicts.</summary>
    private async Task LookAsync(double seconds)
    {
        var timers = _clock.Timers;
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.Is(() => _clock.Timers == timers + 1, "it has looked and waits again");
    }

    private sealed class CountingClock() : FakeTimeProvider(Plans.Start)
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

    private sealed class Metronome : Publisher;

    private class Publisher : IHealthCheckPublisher
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
