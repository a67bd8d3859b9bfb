using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>One side of a condition: an observed value, a part of it, or its length.</summary>
/// <param name="Value">The observed value.</param>
/// <param name="Text">As written, for messages.</param>
internal sealed record Operand(ObservedValue Value, string Text)
{
    /// <summary>The header name, for values of type <see cref="ObservedType.Header"/>.</summary>
    public string? Header { get; init; }

    /// <summary>The path, for values of type <see cref="ObservedType.Json"/>.</summary>
    public JsonPath? Path { get; init; }

    /// <summary>Whether the length is compared, <c>len(…)</c>, rather than the value.</summary>
    public bool IsLength { get; init; }

    /// <summary>The type of what is compared.</summary>
    public ObservedType Type => IsLength ? ObservedType.Number : Value.Type;

    /// <summary>Whether the other is the same part of the same value, however it is spelled.</summary>
    public bool IsSameAs(Operand other) => Value == other.Value && IsLength == other.IsLength
        && string.Equals(Header, other.Header, StringComparison.OrdinalIgnoreCase)
        && (Path?.Segments ?? []).SequenceEqual(other.Path?.Segments ?? []);

    /// <summary>What was observed; null if nothing was, or it has no length.</summary>
    public object? Find(IReadOnlyDictionary<string, object> observed)
    {
        var value = FindWhole(observed);
        return IsLength && value is not null ? LengthOf(value) : value;
    }

    /// <summary>What was observed, rather than its length.</summary>
    public object? FindWhole(IReadOnlyDictionary<string, object> observed)
    {
        if (!observed.TryGetValue(Value.Name, out var value))
        {
            return null;
        }

        return value switch
        {
            JsonElement json when Path is not null => Path.Find(json) is { } found ? found : null,
            IReadOnlyDictionary<string, IReadOnlyList<string>> headers when Header is not null =>
                headers.TryGetValue(Header, out var values) && values.Count > 0 ? values : null,
            _ => value,
        };
    }

    /// <summary>Characters of a text, items of an array, members of an object, or how often a header was sent.</summary>
    private static object? LengthOf(object value) => value switch
    {
        Partial { Seen: string or LongText } partial => new Partial(Characters(ValueText.Span(partial.Seen))),
        Partial => new Partial(0),
        string or LongText => Characters(ValueText.Span(value)),
        IReadOnlyList<string> values => values.Count,
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        JsonElement { ValueKind: JsonValueKind.Object } members => members.GetPropertyCount(),
        JsonElement { ValueKind: JsonValueKind.String } json => Characters(ValueText.Plain(json)),
        _ => null,
    };

    /// <summary>A surrogate pair counts as one character.</summary>
    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
