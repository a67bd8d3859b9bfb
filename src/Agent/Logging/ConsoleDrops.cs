using System.Diagnostics.Metrics;

namespace HealthAgent.Agent.Logging;

/// <summary>Counts lines dropped by the console: as a metric, and as a log record once writing recovers.</summary>
internal sealed partial class ConsoleDrops : IMetricsSource
{
    private ILogger? _logger;
    private long _dropped;
    private long _reported;

    /// <summary>Lines dropped since start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Makes writing to standard output and error non-blocking, until the result is disposed.</summary>
    public ConsoleStreams TakeOver()
    {
        var streams = new ConsoleStreams(
            new ConsoleWriter(static line => StandardStream.Write(StandardStream.Output, line), this),
            new ConsoleWriter(static line => StandardStream.Write(StandardStream.Errors, line), this));
        Console.SetOut(streams.Output);
        Console.SetError(streams.Errors);
        return streams;
    }

    /// <summary>Sets the logger to report to.</summary>
    public void ReportTo(ILogger logger) => Volatile.Write(ref _logger, logger);

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var before = Dropped;
        meter.CreateObservableCounter(
            Names.Metrics.LogDropped, () => Dropped - before, "{line}", "Console log lines dropped: reader stalled or disk full.");
    }

    /// <summary>Counts a dropped line.</summary>
    public void Add() => Interlocked.Increment(ref _dropped);

    /// <summary>The queue is empty: logs the lines dropped since the last report.</summary>
    public void CaughtUp()
    {
        if (Volatile.Read(ref _logger) is { } logger)
        {
            var dropped = Dropped;
            var lines = dropped - Interlocked.Exchange(ref _reported, dropped);
            if (lines > 0)
            {
                LogDropped(logger, lines);
            }
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "{Lines} log lines dropped: console reader stalled or disk full")]
    private static partial void LogDropped(ILogger logger, long lines);
}

/// <summary>Both console streams.</summary>
internal sealed record ConsoleStreams(ConsoleWriter Output, ConsoleWriter Errors) : IAsyncDisposable
{
    /// <summary>Flushes for a limited time.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(Output.DisposeAsync().AsTask(), Errors.DisposeAsync().AsTask());
}
