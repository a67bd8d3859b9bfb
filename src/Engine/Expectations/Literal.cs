using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>The right side of a condition, parsed once by the type of the left side.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Number">The number; milliseconds for durations, bytes for sizes.</param>
/// <param name="Upper">The upper end of a range <c>a..b</c>, inclusive.</param>
internal readonly record struct Literal(string Text, double? Number = null, double? Upper = null)
{
    /// <summary>The digits of a number without unit, in ASCII, for exact comparison beyond the precision of a double.</summary>
    public byte[]? Digits { get; private init; }

    /// <summary>The same for the upper end of a range.</summary>
    public byte[]? UpperDigits { get; private init; }

    /// <summary>The JSON object or array, quoted or not.</summary>
    public JsonElement? Json { get; private init; }

    /// <summary>Whether it stands for what a step will capture, while a configuration is read.</summary>
    public bool IsSample { get; private init; }

    /// <summary>Parses one literal; <paramref name="allowRange"/> for the operands of <c>in</c>.</summary>
    public static bool TryParse(string written, ObservedType type, bool allowRange, out Literal literal, out string error)
    {
        var text = Unquote(written, out var quoted);
        literal = new Literal(text);
        error = $"'{written.Trim()}' is not {type.Described()}";
        if (!quoted && allowRange && text.Split("..") is [var low, var high]
            && TryNumber(low, type, out var from) && TryNumber(high, type, out var to))
        {
            literal = new Literal(text, from, to) { Digits = DigitsOf(low, type), UpperDigits = DigitsOf(high, type) };
            error = IsRatio(low, type, from)
                ? ConditionHints.Ratio(low.Trim(), from)
                : IsRatio(high, type, to)
                    ? ConditionHints.Ratio(high.Trim(), to)
                    : $"the range '{text}' is empty: the upper end is below the lower end";
            return from <= to && !IsRatio(low, type, from) && !IsRatio(high, type, to);
        }

        if (!quoted && TryNumber(text, type, out var number))
        {
            literal = new Literal(text, number) { Digits = DigitsOf(text, type) };
            error = ConditionHints.Ratio(text, number);
            return !IsRatio(text, type, number);
        }

        if (type == ObservedType.Json && text is ['{', ..] or ['[', ..])
        {
            literal = literal with { Json = ReadJson(text) };
            error = $"'{text}' is not valid JSON; quote it if it is text";
            return quoted || literal.Json is not null || text is not (['{', .., '}'] or ['[', .., ']']);
        }

        switch (type)
        {
            case ObservedType.Number or ObservedType.Percent or ObservedType.Duration or ObservedType.Size:
                error += ConditionHints.NoNumber(text, type, quoted);
                return false;
            case ObservedType.Boolean:
                literal = new Literal(text is "True" or "False" ? text.ToLowerInvariant() : text);
                return literal.Text is "true" or "false";
            default:
                return quoted || text.Length > 0;
        }
    }

    /// <summary>A captured value as a literal of a type; null where it is none of that type. A text is never more than a text.</summary>
    public static Literal? Of(CapturedValue captured, ObservedType type) =>
        captured is { IsSample: true, Type: ObservedType.Text or ObservedType.Json }
            ? new Literal("1", Number: 1) { IsSample = true }
            : OfTyped(captured, type) is { } literal ? literal with { IsSample = captured.IsSample } : null;

    private static Literal? OfTyped(CapturedValue captured, ObservedType type)
    {
        var (text, isText) = (captured.Text, captured.Type == ObservedType.Text);
        switch (type)
        {
            case ObservedType.Text or ObservedType.Header:
                return new Literal(text);
            case ObservedType.Json when isText || captured.Type == ObservedType.Boolean:
                return new Literal(text);
            case ObservedType.Boolean:
                return text is "true" or "false" && (isText || captured.Type == ObservedType.Boolean) ? new Literal(text) : null;
            case ObservedType.Json:
                return captured.Type is ObservedType.Number or ObservedType.Size ? OfNumber(text, captured.Number!.Value, type) : null;
            default:
                var fits = isText || captured.Type == type || (captured.Type, type) is
                    (ObservedType.Number, ObservedType.Size) or (ObservedType.Size, ObservedType.Number);
                return !fits ? null
                    : !isText ? OfNumber(text, captured.Number!.Value, type)
                    : TryNumber(text, type, out var number) ? OfNumber(text, number, type)
                    : null;
        }
    }

    /// <summary>The items of <c>[a, "b, c"]</c>; brackets are optional. A list of JSON objects or arrays is JSON itself.</summary>
    public static List<string> SplitList(string written, ObservedType type)
    {
        if (type == ObservedType.Json && ReadJson(written) is { ValueKind: JsonValueKind.Array } json
            && json.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
        {
            return [.. json.EnumerateArray().Select(item => item.GetRawText())];
        }

        var items = written is ['[', .. var inner, ']'] ? inner : written;
        var (parts, start, quote) = (new List<string>(), 0, '\0');
        for (var i = 0; i < items.Length; i++)
        {
            var opens = quote == '\0' && items[i] is '"' or '\'' && items.AsSpan(start, i - start).IsWhiteSpace();
            quote = opens ? items[i] : items[i] == quote ? '\0' : quote;
            if (items[i] == ',' && quote == '\0')
            {
                parts.Add(items[start..i]);
                start = i + 1;
            }
        }

        parts.Add(items[start..]);
        return parts;
    }

    /// <summary>Whether a text is quoted, which makes it text whatever it looks like.</summary>
    public static bool IsQuoted(ReadOnlySpan<char> text) => text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0];

    private static bool TryNumber(string text, ObservedType type, out double number)
    {
        number = 0;
        switch (type)
        {
            case ObservedType.Duration:
                var isDuration = Units.TryParseDuration(text, out var duration);
                number = duration.TotalMilliseconds;
                return isDuration;
            case ObservedType.Size:
                return Units.TryParseSize(text, out number);
            case ObservedType.Percent:
                var hundredths = text.TrimEnd() is [.. var before, '%'] ? before.TrimEnd() : text;
                return TryNumber(hundredths, ObservedType.Number, out number);
            case ObservedType.Text or ObservedType.Header or ObservedType.Boolean:
                return false;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
        }
    }

    private static Literal OfNumber(string text, double number, ObservedType type) => new(text, number)
    {
        Digits = DigitsOf(text, type) is { } digits && DecimalText.IsNumber(digits) ? digits : null,
    };

    private static byte[]? DigitsOf(string text, ObservedType type) =>
        type is ObservedType.Number or ObservedType.Json ? Encoding.ASCII.GetBytes(text.Trim()) : null;

    // 0.9 without a percent sign usually means 90%, but would be read as 0.9%.
    private static bool IsRatio(string text, ObservedType type, double number) =>
        type == ObservedType.Percent && number is > 0 and < 1 && !text.TrimEnd().EndsWith('%');

    private static JsonElement? ReadJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Unquote(string written, out bool quoted)
    {
        var text = written.Trim();
        quoted = IsQuoted(text);
        return quoted ? text[1..^1] : text;
    }
}
