using System.Globalization;

namespace HealthAgent.Expectations;

/// <summary>The right side of a condition, read once by the type of its left side.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Number">Its number; milliseconds for durations, bytes for sizes.</param>
/// <param name="Upper">The upper end of a range <c>a..b</c>, inclusive.</param>
internal readonly record struct Literal(string Text, double? Number = null, double? Upper = null)
{
    /// <summary>Whether this is a range with nothing in it, which is a mistake.</summary>
    public bool IsEmptyRange => Upper < Number;

    /// <summary>Reads one literal; <paramref name="allowRange"/> for the operands of <c>in</c>.</summary>
    public static bool TryParse(string written, ObservedType type, bool allowRange, out Literal literal)
    {
        var text = Unquote(written, out var quoted);
        literal = new Literal(text);
        if (!quoted && allowRange && text.Split("..") is [var low, var high]
            && TryNumber(low, type, out var from) && TryNumber(high, type, out var to))
        {
            literal = new Literal(text, from, to);
            return !literal.IsEmptyRange;
        }

        if (!quoted && TryNumber(text, type, out var number))
        {
            literal = new Literal(text, number);
        }

        return type switch
        {
            ObservedType.Number or ObservedType.Percent or ObservedType.Duration or ObservedType.Size => literal.Number is not null,
            ObservedType.Boolean => text is "true" or "false",
            _ => quoted || text.Length > 0,
        };
    }

    /// <summary>The items of <c>[a, "b, c"]</c>; the brackets may be left out.</summary>
    public static List<string> SplitList(string written)
    {
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
                return TryNumber(text.TrimEnd('%').TrimEnd(), ObservedType.Number, out number);
            case ObservedType.Text or ObservedType.Header or ObservedType.Boolean:
                return false;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
        }
    }

    private static string Unquote(string written, out bool quoted)
    {
        var text = written.Trim();
        quoted = text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0];
        return quoted ? text[1..^1] : text;
    }
}
