using System.Diagnostics.Metrics;

namespace HealthAgent.Agent.Logging;

/// <summary>How many lines the console did not take: a metric, and a log record once it takes lines again.</summary>
internal sealed partial class ConsoleDrops : IMetricsSource
{
    private ILogger? _logger;
    private long _dropped;
    private long _reported;

    /// <summary>How many lines were dropped since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Makes standard output and standard error such that no writer waits for their readers, until the result is disposed.</summary>
    public ConsoleStreams TakeOver()
    {
        var streams = new ConsoleStreams(
            new ConsoleWriter(static line => StandardStream.Write(StandardStream.Output, line), this),
            new ConsoleWriter(static line => StandardStream.Write(StandardStream.Errors, line), this));
        Console.SetOut(streams.Output);
        Console.SetError(streams.Errors);
        return streams;
    }

    /// <summary>Takes the logger to report to.</summary>
    public void ReportTo(ILogger logger) => Volatile.Write(ref _logger, logger);

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var before = Dropped;
        meter.CreateObservableCounter(
            Names.Metrics.LogDropped, () => Dropped - before, "{line}", "Lines that the console did not take: its reader stopped reading, or its disk was full.");
    }

    /// <summary>A line was dropped.</summary>
    public void Add() => Interlocked.Increment(ref _dropped);

    /// <summary>All lines that waited were written: reports those that were dropped since the last report.</summary>
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

    [LoggerMessage(30, LogLevel.Warning, "{Lines} log lines dropped: the console's reader stopped reading, or its disk was full")]
    private static partial void LogDropped(ILogger logger, long lines);
}

/// <summary>Both streams of the console.</summary>
internal sealed record ConsoleStreams(ConsoleWriter Output, ConsoleWriter Errors) : IAsyncDisposable
{
    /// <summary>Gives the lines that wait a moment to be written.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(Output.DisposeAsync().AsTask(), Errors.DisposeAsync().AsTask());
}
