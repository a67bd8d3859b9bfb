using System.Text.Json;
using System.Text.RegularExpressions;

namespace HealthAgent.Expectations;

/// <summary>The operators of a condition; each may be preceded by <c>not</c>.</summary>
internal enum Operator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    Matches,
    In,
    Exists,
}

/// <summary>
/// A one-line condition over what a check observed, <c>VALUE OPERATOR LITERAL</c>: <c>status == 200</c>,
/// <c>latency &gt; 300ms</c>, <c>json $.status == healthy</c>. Parsed and typed once, evaluated every run.
/// </summary>
internal sealed record Condition
{
    /// <summary>As written, for messages.</summary>
    public required string Text { get; init; }

    /// <summary>The value spoken of.</summary>
    public required ObservedValue Value { get; init; }

    /// <summary>The header's name, for values of type <see cref="ObservedType.Header"/>.</summary>
    public string? Header { get; init; }

    /// <summary>The path, for values of type <see cref="ObservedType.Json"/>.</summary>
    public JsonPath? Path { get; init; }

    /// <summary>The comparison.</summary>
    public required Operator Operator { get; init; }

    /// <summary>Whether the comparison is turned around.</summary>
    public bool Negated { get; init; }

    /// <summary>One literal; several for <c>in</c>; none for <c>exists</c>.</summary>
    public required IReadOnlyList<Literal> Literals { get; init; }

    /// <summary>The expression of <c>matches</c>; linear in time whatever is written.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Whether the kind brought it along, rather than the operator.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether an expectation is missed. One that the kind brought along says nothing about what was not observed.</summary>
    public bool IsMissed(IReadOnlyDictionary<string, object> observed) => !Holds(observed) && !(IsDefault && Find(observed) is null);

    /// <summary>Whether the condition holds for what was observed. A value that was not observed satisfies only <c>not exists</c>.</summary>
    public bool Holds(IReadOnlyDictionary<string, object> observed)
    {
        var value = Find(observed);
        if (Operator == Operator.Exists)
        {
            return value is not null != Negated;
        }

        return value is not null && Compare(value) != Negated;
    }

    /// <summary>
    /// The condition with what was observed: <c>status == 200: was 503</c>. Long texts are cut, after
    /// <paramref name="redact"/> saw them whole: half a secret would no longer be recognized.
    /// </summary>
    public string Explain(IReadOnlyDictionary<string, object> observed, Func<string, string>? redact = null) =>
        Find(observed) is { } value ? $"{Text}: was {ValueText.Of(value, Value.Type, redact)}" : $"{Text}: not observed";

    /// <inheritdoc />
    public override string ToString() => Text;

    private object? Find(IReadOnlyDictionary<string, object> observed)
    {
        if (!observed.TryGetValue(Value.Name, out var value))
        {
            return null;
        }

        return value switch
        {
            JsonElement json when Path is not null => Path.Find(json) is { } found ? found : null,
            IReadOnlyDictionary<string, string> headers when Header is not null => headers.TryGetValue(Header, out var header) ? header : null,
            _ => value,
        };
    }

    private bool Compare(object value) => Operator switch
    {
        Operator.Equal => IsEqual(value, Literals[0]),
        Operator.NotEqual => !IsEqual(value, Literals[0]),
        Operator.Less => Order(value) < 0,
        Operator.LessOrEqual => Order(value) <= 0,
        Operator.Greater => Order(value) > 0,
        Operator.GreaterOrEqual => Order(value) >= 0,
        Operator.Contains => Contains(value, Literals[0].Text),
        Operator.Matches => Pattern!.IsMatch(ValueText.Plain(value)),
        _ => Literals.Any(literal => IsIn(value, literal)),
    };

    /// <summary>The sign of the comparison; NaN, which no operator accepts, when the value has no number.</summary>
    private double Order(object value) =>
        ValueText.Number(value) is { } number && Literals[0].Number is { } literal && !double.IsNaN(number)
            ? number.CompareTo(literal)
            : double.NaN;

    private static bool IsIn(object value, Literal literal) =>
        literal.Upper is { } upper
            ? ValueText.Number(value) is { } number && number >= literal.Number && number <= upper
            : IsEqual(value, literal);

    private static bool IsEqual(object value, Literal literal) =>
        literal.Number is { } expected && ValueText.Number(value) is { } number
            ? number.Equals(expected)
            : string.Equals(ValueText.Plain(value), literal.Text, StringComparison.Ordinal);

    private static bool Contains(object value, string text) =>
        value is JsonElement { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Any(item => string.Equals(ValueText.Plain(item), text, StringComparison.Ordinal))
            : ValueText.Plain(value).Contains(text, StringComparison.Ordinal);
}
