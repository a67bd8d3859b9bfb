using System.Diagnostics.Metrics;

namespace HealthAgent.Reload;

/// <summary>How the latest reload went, as metrics: Prometheus has the same two of its own configuration.</summary>
internal sealed class ReloadStatus : IMetricsSource
{
    private readonly TimeProvider _clock;
    private int _isSuccessful = 1;
    private long _succeededAt;

    public ReloadStatus(TimeProvider clock) => (_clock, _succeededAt) = (clock, clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        meter.CreateObservableGauge(Names.Metrics.LastReloadSuccessful, () => Volatile.Read(ref _isSuccessful),
            description: "1 when the configuration that was read last is in force, 0 when it was rejected.");
        meter.CreateObservableGauge(Names.Metrics.LastReloadSucceededAt, () => Interlocked.Read(ref _succeededAt) / 1000d, "s",
            "When the configuration in force was read, in seconds since 1970.");
    }

    /// <summary>The configuration that was read is in force.</summary>
    public void Succeeded()
    {
        Interlocked.Exchange(ref _succeededAt, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        Volatile.Write(ref _isSuccessful, 1);
    }

    /// <summary>The configuration that was read is not.</summary>
    public void Rejected() => Volatile.Write(ref _isSuccessful, 0);
}
