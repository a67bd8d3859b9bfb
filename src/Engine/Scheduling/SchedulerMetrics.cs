using System.Diagnostics.Metrics;

namespace HealthAgent.Scheduling;

/// <summary>How the scheduler itself does.</summary>
internal sealed class SchedulerMetrics(TimeProvider clock) : IMetricsSource
{
    private readonly RunPaceMeter _pace = new(clock);
    private Histogram<double>? _lag;
    private int _running;
    private long _skipped;

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var before = SkippedStarts;
        _lag = meter.CreateHistogram(Names.Metrics.SchedulerLag, "s", "How late checks start.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });
        meter.CreateObservableUpDownCounter(Names.Metrics.SchedulerRunning, () => Running, "{run}", "Runs under way.");
        meter.CreateObservableCounter(Names.Metrics.SchedulerSkipped, () => SkippedStarts - before, "{run}",
            "Starts that were skipped because an earlier run still hung.");
    }

    /// <summary>How many runs are under way.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>How many starts were skipped.</summary>
    public long SkippedStarts => Interlocked.Read(ref _skipped);

    /// <summary>How many runs start, and how late, as of the last ten seconds.</summary>
    public RunPace Pace => _pace.Current;

    /// <summary>A run started, so much later than it was due; null when it was skipped, since a previous one still hangs.</summary>
    public void Started(TimeSpan? lag)
    {
        if (lag is not { } late)
        {
            Interlocked.Increment(ref _skipped);
            return;
        }

        _lag?.Record(Math.Max(0, late.TotalSeconds));
        _pace.Add(late > TimeSpan.Zero ? late : TimeSpan.Zero);
        Interlocked.Increment(ref _running);
    }

    /// <summary>A run ended.</summary>
    public void Ended() => Interlocked.Decrement(ref _running);
}
