using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HealthAgent.Unit.Support;

/// <summary>Reads the meters of one agent only, as others run in parallel.</summary>
internal sealed class MeterReading : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Measured> _measured = new();

    /// <summary>Listens to the meters of one scope, the agent's store.</summary>
    public MeterReading(object scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Meter.Name == Names.Source)
            {
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.Start();
    }

    public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

    /// <summary>Collects observable instruments and returns all measurements since the last call.</summary>
    public IReadOnlyList<Measured> Read()
    {
        _listener.RecordObservableInstruments();
        var read = _measured.ToArray();
        _measured.Clear();
        return read;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state = null)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in tags)
        {
            attributes.Add(name, (string)text!);
        }

        _measured.Enqueue(new Measured(instrument.Name, value, attributes));
    }
}

/// <summary>One measurement.</summary>
internal sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Attributes other than those common to all series of a check.</summary>
    public string Own => string.Join(' ', Attributes
        .Where(attribute => attribute.Key is not (
            "health_check.name" or "health_check.kind" or "health_check.tier" or "health_check.group" or "team"))
        .OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}={attribute.Value}"));
}
