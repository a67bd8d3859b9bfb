using System.Globalization;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>
/// What a step keeps of what it observed, for later steps: <c>json $.token</c>, <c>value</c>,
/// <c>header Set-Cookie matches session=([^;]+)</c>. Parsed once, evaluated every run.
/// </summary>
/// <param name="Name">The name under which later steps refer to it.</param>
/// <param name="Operand">What is kept.</param>
/// <param name="Expression">Keeps of a text what its one group matches; null for all of it.</param>
/// <param name="IsShown">Whether it may be shown; otherwise it is a secret.</param>
internal sealed record Capture(string Name, Operand Operand, LinearRegex? Expression, bool IsShown)
{
    /// <summary>The type that the value will have; null where only the value itself tells.</summary>
    public ObservedType? Type => Expression is not null ? ObservedType.Text : Operand.Type switch
    {
        ObservedType.Header or ObservedType.Text => ObservedType.Text,
        ObservedType.Json => null,
        var type => type,
    };

    /// <summary>Parses what is written for a capture; null with an <paramref name="error"/> if it is invalid.</summary>
    public static Capture? Parse(string name, string text, bool isShown, IReadOnlyList<ObservedValue> values, out string? error)
    {
        var rest = text.AsSpan().Trim();
        if (OperandParser.Take(ref rest, values, out error) is not { } operand)
        {
            return null;
        }

        if (rest.IsEmpty)
        {
            return new Capture(name, operand, null, isShown);
        }

        if (!Operators.TryTakeWord(ref rest, "matches"))
        {
            error = $"after '{operand.Text}' only 'matches' and a regular expression with one group can stand, not '{rest}'";
            return null;
        }

        if (!operand.Type.IsTextual())
        {
            error = $"'{operand.Text}' is {operand.Type.Described()}, not text";
            return null;
        }

        var pattern = Literal.IsQuoted(rest) ? rest[1..^1] : rest;
        if (LinearRegex.Parse(pattern.ToString(), out error) is not { } expression)
        {
            return null;
        }

        error = expression.Groups == 1 ? null : $"'{pattern}' needs exactly one group, such as session=([^;]+): what it matches is kept";
        return error is null ? new Capture(name, operand, expression, isShown) : null;
    }

    /// <summary>The value in what was observed; null with an <paramref name="error"/> where there is none that can be kept.</summary>
    /// <param name="observed">The observed values.</param>
    /// <param name="timeLeft">Time left until the run's deadline.</param>
    /// <param name="error">Why there is none; never with a part of what was observed.</param>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">The deadline passed.</exception>
    public CapturedValue? Find(IReadOnlyDictionary<string, object> observed, Func<TimeSpan> timeLeft, out string? error)
    {
        var value = Operand.Find(observed) switch
        {
            null => null,
            IReadOnlyList<string> headers when Expression is not null => OfExpression(headers, timeLeft),
            IReadOnlyList<string> headers => new CapturedValue(headers[0], ObservedType.Text),
            JsonElement json => OfJson(json, timeLeft),
            Partial { Seen: string or LongText } partial => OfText(ValueText.Span(partial.Seen), timeLeft, isCut: true),
            Partial => null,
            var text when text is string or LongText => OfText(ValueText.Span(text), timeLeft),
            bool truth => new CapturedValue(truth ? "true" : "false", ObservedType.Boolean),
            var other => OfNumber(other),
        };
        error = value switch
        {
            null => $"'{Name}' was not found: {Operand.Text}{(Expression is null ? " has no single value" : " has no match")}",
            { Text.Length: > CapturedValue.Longest } => $"'{Name}' is longer than {CapturedValue.Longest} characters",
            _ => null,
        };
        return error is null ? value : null;
    }

    private CapturedValue? OfExpression(IReadOnlyList<string> headers, Func<TimeSpan> timeLeft)
    {
        foreach (var header in headers)
        {
            if (OfText(header, timeLeft) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private CapturedValue? OfText(ReadOnlySpan<char> text, Func<TimeSpan> timeLeft, bool isCut = false)
    {
        if (Expression is null)
        {
            // Of what is too long, no more than shows that it is.
            return isCut ? null : new CapturedValue(text[..Math.Min(text.Length, CapturedValue.Longest + 1)].ToString(), ObservedType.Text);
        }

        // A match that reaches the cut might be longer.
        return Expression.FirstGroup(text, timeLeft) is { } match && !(isCut && match.End == text.Length) && IsWellFormed(match.Group)
            ? new CapturedValue(match.Group, ObservedType.Text)
            : null;
    }

    private CapturedValue? OfJson(JsonElement json, Func<TimeSpan> timeLeft) => json.ValueKind switch
    {
        JsonValueKind.String when IsWellFormed(json, out var text) => OfText(text, timeLeft),
        JsonValueKind.Number when Expression is null => new CapturedValue(json.GetRawText(), ObservedType.Number),
        JsonValueKind.True or JsonValueKind.False when Expression is null =>
            new CapturedValue(json.ValueKind == JsonValueKind.True ? "true" : "false", ObservedType.Boolean),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => OfText(json.GetRawText(), timeLeft),
        _ => null,
    };

    // An expression may split a pair of surrogates; half of one cannot be written anywhere.
    private static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogatePair(text, at))
            {
                at++;
            }
            else if (char.IsSurrogate(text[at]))
            {
                return false;
            }
        }

        return true;
    }

    // A peer may send a lone surrogate, which is no text.
    private static bool IsWellFormed(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private CapturedValue? OfNumber(object value)
    {
        if (value is not IFormattable formattable || ValueText.Number(value) is not { } number || !double.IsFinite(number))
        {
            return null;
        }

        // A whole number has more digits than its double.
        var digits = value is TimeSpan ? number : formattable;
        return new CapturedValue(digits.ToString(null, CultureInfo.InvariantCulture), Operand.Type);
    }
}
