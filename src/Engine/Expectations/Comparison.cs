using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>Compares observed values with literals and with each other.</summary>
internal static class Comparison
{
    /// <summary>
    /// Whether a value equals a literal: numbers by value, JSON objects and arrays structurally, everything else as text.
    /// </summary>
    public static bool IsEqual(object value, in Literal literal)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Object or JsonValueKind.Array } json)
        {
            return literal.Json is { } expected && AreEqualJson(json, expected);
        }

        if (literal.Number is { } number && Numbers.Compare(value, number, literal.Digits) is { } order)
        {
            return order == 0;
        }

        return value is JsonElement element
            ? IsText(element, literal.Text)
            : ValueText.Span(value).SequenceEqual(literal.Text);
    }

    /// <summary>
    /// Whether two observed values are equal. A text equals a number if it parses as one; two texts are compared as texts.
    /// </summary>
    public static bool AreEqual(object left, object right)
    {
        if (IsStructure(left) || IsStructure(right))
        {
            return left is JsonElement l && right is JsonElement r && AreEqualJson(l, r);
        }

        return (IsNumber(left) || IsNumber(right)) && Numbers.Compare(left, right) is { } order
            ? order == 0
            : ValueText.Span(left).SequenceEqual(ValueText.Span(right));
    }

    /// <summary>Whether a value is one of the literals, or within a range (both ends included).</summary>
    public static bool IsIn(object value, IReadOnlyList<Literal> literals)
    {
        foreach (var literal in literals)
        {
            var isIn = literal.Upper is { } upper
                ? Numbers.Compare(value, literal.Number!.Value, literal.Digits) >= 0
                    && Numbers.Compare(value, upper, literal.UpperDigits) <= 0
                : IsEqual(value, literal);
            if (isIn)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text contains the literal, or a JSON array contains an equal item.</summary>
    public static bool Contains(object value, in Literal literal)
    {
        if (value is not JsonElement { ValueKind: JsonValueKind.Array } array)
        {
            return ValueText.Span(value).Contains(literal.Text, StringComparison.Ordinal);
        }

        foreach (var item in array.EnumerateArray())
        {
            if (IsEqual(item, literal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStructure(object value) => value is JsonElement { ValueKind: JsonValueKind.Object or JsonValueKind.Array };

    private static bool IsNumber(object value) => ValueText.Number(value) is not null;

    /// <summary>Whether a JSON scalar equals a text; booleans may be capitalized.</summary>
    private static bool IsText(JsonElement json, string text)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.String => json.ValueEquals(text),
                JsonValueKind.True => text is "true" or "True",
                JsonValueKind.False => text is "false" or "False",
                _ => string.Equals(ValueText.Plain(json), text, StringComparison.Ordinal),
            };
        }
        catch (InvalidOperationException)
        {
            return string.Equals(ValueText.Plain(json), text, StringComparison.Ordinal);
        }
    }

    // A lone surrogate, which a peer may send, cannot be compared.
    private static bool AreEqualJson(JsonElement left, JsonElement right)
    {
        try
        {
            return JsonElement.DeepEquals(left, right);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
