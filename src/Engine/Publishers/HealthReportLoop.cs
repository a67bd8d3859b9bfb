using HealthAgent.Registered;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent.Publishers;

/// <summary>
/// Publishes reports to every <see cref="IHealthCheckPublisher"/> as the framework does, per <see cref="HealthCheckPublisherOptions"/>,
/// but from the snapshot: no check is run. Does nothing without publishers.
/// </summary>
internal sealed partial class HealthReportLoop(
    StateStore store,
    IEnumerable<IHealthCheckPublisher> publishers,
    IOptions<HealthCheckPublisherOptions> options,
    TimeProvider clock,
    IServiceProvider services,
    ILogger<HealthReportLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly PublisherFeed[] _feeds = [.. publishers.Select(publisher => new PublisherFeed(publisher, clock, logger))];
    private bool _reportFails;

    /// <summary>Completes when every publisher has finished or timed out.</summary>
    internal Task UnderWay => Task.WhenAll(_feeds.Select(feed => feed.UnderWay));

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // It was removed when the agent was given the checks, and has come back since; publishers would be called twice.
        return _feeds.Length > 0 && services.GetServices<IHostedService>().FrameworkLoops().Any()
            ? throw new InvalidOperationException(
                "AddHealthChecks() was first called after AddHealthAgent(…); call it before, so that publishers have one loop")
            : base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_feeds.Length == 0)
        {
            return;
        }

        var (delay, period) = (Units.Shorter(options.Value.Delay, Units.Longest), Units.Shorter(options.Value.Period, Units.Longest));
        try
        {
            await Task.Delay(delay, clock, stoppingToken);
            await FirstVerdictsAsync(period, stoppingToken);
            using var timer = new PeriodicTimer(period, clock);
            do
            {
                Publish(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Publishers in progress were cancelled and may use the host's shutdown timeout.
            await UnderWay;
        }
    }

    /// <summary>Waits for the first verdicts, for a limited time: reports before them would be false alarms at every start.</summary>
    private async Task FirstVerdictsAsync(TimeSpan patience, CancellationToken stoppingToken)
    {
        for (var start = clock.GetTimestamp(); !HealthReports.IsSettled(store.Current) && clock.GetElapsedTime(start) < patience;)
        {
            await Task.Delay(LookEvery, clock, stoppingToken);
        }
    }

    private void Publish(CancellationToken stoppingToken)
    {
        try
        {
            var report = HealthReports.Of(store.Current, options.Value.Predicate);
            var timeout = options.Value.Timeout == Timeout.InfiniteTimeSpan
                ? Units.Longest
                : Units.Shorter(options.Value.Timeout, Units.Longest);
            Array.ForEach(_feeds, feed => feed.Offer(report, timeout, stoppingToken));
            _reportFails = false;
        }
#pragma warning disable CA1031 // The predicate is user code; the next period may succeed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_reportFails)
            {
                LogNoReport(e);
            }

            _reportFails = true;
        }
    }

    [LoggerMessage(10, LogLevel.Error, "Health report for publishers failed; retrying next period")]
    private partial void LogNoReport(Exception exception);
}
