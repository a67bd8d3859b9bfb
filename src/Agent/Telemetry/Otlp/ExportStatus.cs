using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using HealthAgent.Instruments;
using HealthAgent.State;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// How sending over OTLP goes: counted, told to the <c>self</c> check, and logged when it begins to fail and when it works
/// again. The exporters themselves tell nobody.
/// </summary>
internal sealed partial class ExportStatus : IMetricsSource, IDisposable
{
    private const int LongestWords = 240;

    private static readonly TimeSpan QuietAfterALine = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Signal, ErrorType Type), long> _failures = new();
    private readonly ConcurrentDictionary<string, long> _lost = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _unresponsive = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly ExportBatches _batches;
    private readonly TimeProvider _clock;
    private readonly ExportHealth _health;
    private readonly Lazy<ILogger> _logger;
    private readonly Lazy<CancellationToken> _stopping;

    public ExportStatus(IServiceProvider services, ExportHealth health, TimeProvider clock)
    {
        (_health, _clock) = (health, clock);
        // Later: who logs needs the exporters first, which need this.
        _logger = new(() => services.GetRequiredService<ILogger<ExportStatus>>());
        _stopping = new(() => services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        _batches = new ExportBatches(onDropped: Lost);
    }

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var (failures, lost) = (_failures.ToFrozenDictionary(), _lost.ToFrozenDictionary(StringComparer.Ordinal));
        meter.CreateObservableCounter(Names.Metrics.ExportFailures, () => Failures(failures), "{attempt}", "Attempts to send over OTLP that failed.");
        meter.CreateObservableCounter(Names.Metrics.ExportLost, () => Losses(lost), "{record}", "Spans and log records that were given up: the buffer was full, or the collector refused them.");
    }

    /// <summary>Signalled when the agent is to stop: nothing is waited for any longer.</summary>
    public CancellationToken Stopping => _stopping.Value;

    /// <summary>A collector did not answer the last attempt of a signal before the agent stops: no other signal waits for it.</summary>
    public void Unresponsive(string collector) => _unresponsive.TryAdd(collector, 0);

    /// <summary>Whether a collector did not answer the last attempt of any signal.</summary>
    public bool IsUnresponsive(string collector) => _unresponsive.ContainsKey(collector);

    /// <summary>A signal is sent from now on.</summary>
    public void Expect(string signal)
    {
        _health.Expect(signal);
        _lost.TryAdd(signal, 0);
    }

    /// <summary>An attempt failed. The words may be the collector's.</summary>
    public void Failed(string signal, ErrorType type, string words, string endpoint)
    {
        var trouble = PlainText.Cut(PlainText.Line(words), LongestWords);
        _failures.AddOrUpdate((signal, type), 1, static (_, count) => count + 1);
        _health.Failed(signal, trouble);
        if (_told.GetValueOrDefault(signal) is not { } told || (!told.Fails && _clock.GetElapsedTime(told.At) > QuietAfterALine))
        {
            _told[signal] = new Told(Fails: true, _clock.GetTimestamp());
            LogFails(_logger.Value, signal, endpoint, trouble);
        }
    }

    /// <summary>An attempt got through.</summary>
    public void Succeeded(string signal)
    {
        if (_health.Succeeded(signal) is { } failedFor && _told.GetValueOrDefault(signal) is { Fails: true })
        {
            // One that fails every now and then is told of every now and then.
            _told[signal] = new Told(Fails: false, _clock.GetTimestamp());
            LogWorksAgain(_logger.Value, signal, Units.Format(failedFor));
        }
    }

    /// <summary>What the exporter of the signal sends at this moment is given up.</summary>
    public void GaveUp(string signal)
    {
        var records = _batches.Current(signal);
        Lost(signal, records);
        if (records > 0 && Stopping.IsCancellationRequested)
        {
            // Nobody comes to read the counter any more.
            LogNotSent(_logger.Value, records, signal);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _batches.Dispose();

    private void Lost(string signal, long records) => _lost.AddOrUpdate(signal, records, (_, count) => count + records);

    // The zeros are there before anything fails, and stay: sums begin with them.
    private IEnumerable<Measurement<long>> Failures(FrozenDictionary<(string Signal, ErrorType Type), long> before) =>
        _lost.Keys.Select(signal => new Measurement<long>(0, Tagged.Tag(Names.Attributes.ExportSignal, signal)))
            .Concat(_failures.Select(failure => new Measurement<long>(
                failure.Value - before.GetValueOrDefault(failure.Key), Tagged.Tag(Names.Attributes.ErrorType, failure.Key.Type.Name()), Tagged.Tag(Names.Attributes.ExportSignal, failure.Key.Signal))));

    private IEnumerable<Measurement<long>> Losses(FrozenDictionary<string, long> before) =>
        _lost.Where(lost => lost.Key != ExportSignals.Metrics).Select(lost => new Measurement<long>(lost.Value - before.GetValueOrDefault(lost.Key), Tagged.Tag(Names.Attributes.ExportSignal, lost.Key)));

    [LoggerMessage(20, LogLevel.Warning, "OTLP export of {Signal} to {Endpoint} fails: {Trouble}; it is tried again, and what comes meanwhile is kept while there is room")]
    private static partial void LogFails(ILogger logger, string signal, string endpoint, string trouble);

    [LoggerMessage(21, LogLevel.Information, "OTLP export of {Signal} works again, after {FailedFor}")]
    private static partial void LogWorksAgain(ILogger logger, string signal, string failedFor);

    [LoggerMessage(22, LogLevel.Warning, "{Records} records of {Signal} were not sent before the end")]
    private static partial void LogNotSent(ILogger logger, long records, string signal);

    private sealed record Told(bool Fails, long At);
}
