using System.Diagnostics.Metrics;

namespace HealthAgent.History;

/// <summary>Whether the directory can be used: counted as a metric, and logged once for each time that it cannot.</summary>
internal sealed partial class DiskStatus(string? path, ILogger logger) : IMetricsSource
{
    private long _failures;
    private int _isFailing;

    /// <summary>Whether the latest attempt failed.</summary>
    public bool IsFailing => Volatile.Read(ref _isFailing) != 0;

    /// <summary>An attempt failed.</summary>
    public void Failed(Exception exception)
    {
        Interlocked.Increment(ref _failures);
        if (Interlocked.Exchange(ref _isFailing, 1) == 0)
        {
            LogFailed(path, DiskRemedy.Describe(exception, StateDirectory.LongestWrite));
        }
    }

    /// <summary>An attempt succeeded.</summary>
    public void Succeeded()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
        {
            LogRecovered(path);
        }
    }

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var before = Interlocked.Read(ref _failures);
        meter.CreateObservableCounter(
            Names.Metrics.HistoryFailures, () => Interlocked.Read(ref _failures) - before, "{failure}",
            "Attempts to use the directory of agent.history.path that failed.");
    }

    [LoggerMessage(40, LogLevel.Error, "{Path} (agent.history.path) cannot be used: {Reason}. Continuing in memory; retrying")]
    private partial void LogFailed(string? path, string reason);

    [LoggerMessage(41, LogLevel.Information, "{Path} (agent.history.path) can be used again")]
    private partial void LogRecovered(string? path);
}
