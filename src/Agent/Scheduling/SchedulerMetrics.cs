using System.Diagnostics.Metrics;

namespace HealthAgent.Scheduling;

/// <summary>How the scheduler itself does.</summary>
internal sealed class SchedulerMetrics
{
    private readonly Histogram<double> _lag;
    private readonly UpDownCounter<int> _running;
    private readonly Counter<long> _skipped;

    public SchedulerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Names.Source);
        _lag = meter.CreateHistogram(Names.Metrics.SchedulerLag, "s", "How late checks start.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _running = meter.CreateUpDownCounter<int>(Names.Metrics.SchedulerRunning, "{run}", "Runs under way.");
        _skipped = meter.CreateCounter<long>(Names.Metrics.SchedulerSkipped, "{run}", "Starts that were skipped because an earlier run still hung.");
        _running.Add(0);
        _skipped.Add(0);
    }

    /// <summary>A run started, so much later than it was due.</summary>
    public void Started(TimeSpan lag)
    {
        _lag.Record(Math.Max(0, lag.TotalSeconds));
        _running.Add(1);
    }

    /// <summary>A run ended.</summary>
    public void Ended() => _running.Add(-1);

    /// <summary>A start was skipped.</summary>
    public void Skipped() => _skipped.Add(1);
}
