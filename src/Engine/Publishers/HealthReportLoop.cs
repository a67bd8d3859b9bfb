using HealthAgent.Registered;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent.Publishers;

/// <summary>
/// Gives every <see cref="IHealthCheckPublisher"/> a report, as the framework's own loop does by
/// <see cref="HealthCheckPublisherOptions"/>, but made from the snapshot: it runs no check. Without publishers it does nothing.
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

    /// <summary>Ends when every publisher has what it was given, or its time is up.</summary>
    internal Task UnderWay => Task.WhenAll(_feeds.Select(feed => feed.UnderWay));

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // It was removed when the agent was given the checks, and has come back since; publishers would be called twice.
        return _feeds.Length > 0 && services.GetServices<IHostedService>().FrameworkLoops().Any()
            ? throw new InvalidOperationException("AddHealthChecks() was first called after AddHealthAgent(…); call it before, so that publishers have one loop")
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
            // What is under way was told to stop, and may take the time that the host has.
            await UnderWay;
        }
    }

    /// <summary>A report before the first verdicts would cry wolf at every start. A verdict that never comes holds nothing up for long.</summary>
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
            var timeout = options.Value.Timeout == Timeout.InfiniteTimeSpan ? Units.Longest : Units.Shorter(options.Value.Timeout, Units.Longest);
            Array.ForEach(_feeds, feed => feed.Offer(report, timeout, stoppingToken));
            _reportFails = false;
        }
#pragma warning disable CA1031 // The predicate is somebody else's; the next period may be better.
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

    [LoggerMessage(10, LogLevel.Error, "No health report could be made for publishers; it is tried again each period")]
    private partial void LogNoReport(Exception exception);
}
