using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>Exported signals, as named in metrics.</summary>
internal static class ExportSignals
{
    public const string Metrics = "metrics";
    public const string Traces = "traces";
    public const string Logs = "logs";
}

/// <summary>Listens to the SDK's own metrics about its queues: batches handed to exporters, and records dropped.</summary>
/// <remarks>Rule: OpenTelemetry's conventions for SDK metrics, <c>otel.sdk.processor.*.processed</c>.</remarks>
internal sealed class ExportBatches : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _current = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Action<string, long> _onDropped;

    public ExportBatches(Action<string, long> onDropped)
    {
        _onDropped = onDropped;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "otel.sdk.experimental" && SignalOf(instrument) is { } signal)
            {
                listener.EnableMeasurementEvents(instrument, signal);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, records, tags, signal) => Processed((string)signal!, records, tags));
        _listener.Start();
    }

    /// <summary>Size of the batch last handed to the exporter.</summary>
    public long Current(string signal) => _current.GetValueOrDefault(signal);

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Processed(string signal, long records, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, _) in tags)
        {
            if (name == Names.Attributes.ErrorType)
            {
                _onDropped(signal, records);
                return;
            }
        }

        _current[signal] = records;
    }

    private static string? SignalOf(Instrument instrument) => instrument.Name switch
    {
        "otel.sdk.processor.span.processed" => ExportSignals.Traces,
        "otel.sdk.processor.log.processed" => ExportSignals.Logs,
        _ => null,
    };
}
