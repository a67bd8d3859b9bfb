using System.Collections;

namespace HealthAgent.Instruments;

/// <summary>
/// The state of a log record whose attributes have names with dots, which message templates cannot have.
/// The console shows the message, OTLP also carries the attributes.
/// </summary>
internal sealed class EventRecord(string message, params IReadOnlyList<KeyValuePair<string, object?>> attributes)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <inheritdoc />
    public int Count => attributes.Count;

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => attributes[index];

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => attributes.GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => message;
}
