using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using HealthAgent.Instruments;
using HealthAgent.State;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// The state of OTLP export: metrics, input of the <c>self</c> check, and a log record when it starts to fail and when it recovers. The
/// exporters themselves report nothing.
/// </summary>
internal sealed partial class ExportStatus : IMetricsSource, IDisposable
{
    private const int MostCharacters = 240;

    private static readonly TimeSpan QuietPeriod = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Signal, ErrorType Type), long> _failures = new();
    private readonly ConcurrentDictionary<string, long> _lost = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _unresponsive = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LoggedState> _logged = new(StringComparer.Ordinal);
    private readonly ExportBatches _batches;
    private readonly TimeProvider _clock;
    private readonly ExportHealth _health;
    private readonly Lazy<ILogger> _logger;
    private readonly Lazy<CancellationToken> _stopping;

    public ExportStatus(IServiceProvider services, ExportHealth health, TimeProvider clock)
    {
        (_health, _clock) = (health, clock);
        // Lazy: logging needs the exporters, which need this.
        _logger = new(() => services.GetRequiredService<ILogger<ExportStatus>>());
        _stopping = new(() => services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        _batches = new ExportBatches(onDropped: Lost);
    }

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var (failures, lost) = (_failures.ToFrozenDictionary(), _lost.ToFrozenDictionary(StringComparer.Ordinal));
        meter.CreateObservableCounter(Names.Metrics.ExportFailures, () => Failures(failures), "{attempt}", "Failed OTLP export attempts.");
        meter.CreateObservableCounter(
            Names.Metrics.ExportLost, () => Losses(lost), "{record}",
            "Spans and log records dropped: queue full or rejected by the collector.");
    }

    /// <summary>Signalled when the agent stops: waiting ends.</summary>
    public CancellationToken Stopping => _stopping.Value;

    /// <summary>A collector did not respond to the last attempt of a signal during shutdown; other signals do not try it again.</summary>
    public void Unresponsive(string collector) => _unresponsive.TryAdd(collector, 0);

    /// <summary>Whether a collector did not respond to the last attempt of any signal.</summary>
    public bool IsUnresponsive(string collector) => _unresponsive.ContainsKey(collector);

    /// <summary>A signal is exported from now on.</summary>
    public void Expect(string signal)
    {
        _health.Expect(signal);
        _lost.TryAdd(signal, 0);
    }

    /// <summary>An attempt failed. The reason may contain the collector's text.</summary>
    public void Failed(string signal, ErrorType type, string words, string endpoint)
    {
        var reason = PlainText.ShortLine(words, MostCharacters);
        _failures.AddOrUpdate((signal, type), 1, static (_, count) => count + 1);
        _health.Failed(signal, reason);
        if (_logged.GetValueOrDefault(signal) is not { } logged || (!logged.IsFailing && _clock.GetElapsedTime(logged.At) > QuietPeriod))
        {
            _logged[signal] = new LoggedState(IsFailing: true, _clock.GetTimestamp());
            LogFailed(_logger.Value, signal, endpoint, reason);
        }
    }

    /// <summary>An attempt succeeded.</summary>
    public void Succeeded(string signal)
    {
        if (_health.Succeeded(signal) is { } failedFor && _logged.GetValueOrDefault(signal) is { IsFailing: true })
        {
            // Limits log records about an export that alternates between failure and success.
            _logged[signal] = new LoggedState(IsFailing: false, _clock.GetTimestamp());
            LogRecovered(_logger.Value, signal, Units.Format(failedFor));
        }
    }

    /// <summary>The current batch of a signal is dropped.</summary>
    public void GaveUp(string signal)
    {
        var records = _batches.Current(signal);
        Lost(signal, records);
        if (records > 0 && Stopping.IsCancellationRequested)
        {
            // The counter is no longer collected.
            LogDropped(_logger.Value, records, signal);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _batches.Dispose();

    private void Lost(string signal, long records) => _lost.AddOrUpdate(signal, records, (_, count) => count + records);

    // Zero from the start, so that rates see the first failure.
    private IEnumerable<Measurement<long>> Failures(FrozenDictionary<(string Signal, ErrorType Type), long> before) =>
        _lost.Keys.Select(signal => new Measurement<long>(0, AttributeSets.Tag(Names.Attributes.ExportSignal, signal)))
            .Concat(_failures.Select(failure => new Measurement<long>(
                failure.Value - before.GetValueOrDefault(failure.Key),
                AttributeSets.Tag(Names.Attributes.ErrorType, failure.Key.Type.Name()),
                AttributeSets.Tag(Names.Attributes.ExportSignal, failure.Key.Signal))));

    private IEnumerable<Measurement<long>> Losses(FrozenDictionary<string, long> before) =>
        _lost.Where(lost => lost.Key != ExportSignals.Metrics)
            .Select(lost => new Measurement<long>(
                lost.Value - before.GetValueOrDefault(lost.Key), AttributeSets.Tag(Names.Attributes.ExportSignal, lost.Key)));

    [LoggerMessage(20, LogLevel.Warning,
        "OTLP export of {Signal} to {Endpoint} failed: {Reason}; retrying, buffering until the queue is full")]
    private static partial void LogFailed(ILogger logger, string signal, string endpoint, string reason);

    [LoggerMessage(21, LogLevel.Information, "OTLP export of {Signal} recovered after {FailedFor}")]
    private static partial void LogRecovered(ILogger logger, string signal, string failedFor);

    [LoggerMessage(22, LogLevel.Warning, "{Records} records of {Signal} dropped at shutdown")]
    private static partial void LogDropped(ILogger logger, long records, string signal);

    private sealed record LoggedState(bool IsFailing, long At);
}
