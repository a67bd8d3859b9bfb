using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>Redacts the secrets in a text; with <c>isCut</c> also the beginning of a secret at its end.</summary>
internal delegate string Redaction(string text, bool isCut);

/// <summary>Observed values as numbers, for comparison and metrics, and as text, for comparison and display.</summary>
internal static class ValueText
{
    private const int LongestShown = 120;

    /// <summary>The number in a value, in milliseconds for durations; null if it has none.</summary>
    public static double? Number(object value) => value switch
    {
        TimeSpan duration => duration.TotalMilliseconds,
        JsonElement { ValueKind: JsonValueKind.Number } json => json.GetDouble(),
        JsonElement or string or bool => null,
        int or long or double or float or uint or ulong or short or ushort or byte or decimal =>
            Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The whole value as text, for comparison.</summary>
    public static ReadOnlySpan<char> Span(object value) => value is LongText text ? text.Span : Plain(value);

    /// <summary>The value as text, for comparison; of a <see cref="LongText"/> only what may be shown.</summary>
    public static string Plain(object value) => value switch
    {
        string text => text,
        true => "true",
        false => "false",
        JsonElement json => Plain(json),
        TimeSpan duration => Units.Format(duration),
        Partial partial => Plain(partial.Seen),
        IReadOnlyList<string> values => string.Join(", ", values),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    // A peer may send lone surrogates or broken UTF-8, which GetString and GetRawText reject.
    private static string Plain(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(json));
        }
    }

    /// <summary>The value for display: with its unit, truncated to a line.</summary>
    public static string Of(object value, ObservedType type, Redaction? redact = null)
    {
        if (value is Partial partial)
        {
            return (Number(partial.Seen) is null ? "" : "at least ")
                + Of(partial.Seen, type, redact is null ? null : (text, _) => redact(text, isCut: true));
        }

        var text = (type, Number(value)) switch
        {
            (ObservedType.Size, { } bytes) => Units.FormatSize(bytes),
            (ObservedType.Percent, { } percent) => percent.ToString("0.#", CultureInfo.InvariantCulture) + "%",
            // Not by its double: a large integer has more digits.
            (ObservedType.Number, not null) when value is IFormattable number => number.ToString("0.###", CultureInfo.InvariantCulture),
            (ObservedType.Text, _) => Plain(value) is { Length: > 0 } plain ? plain : "empty",
            _ => Plain(value),
        };
        text = redact?.Invoke(text, isCut: false) ?? text;
        return text.Length > LongestShown ? string.Concat(text.AsSpan(0, LongestShown), "…") : text;
    }
}
