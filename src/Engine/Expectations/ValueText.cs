using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>Redacts the secrets in a text; of one that was cut also the beginning of a secret at its end.</summary>
internal delegate string Redaction(string text, bool isCut);

/// <summary>Observed values as numbers, for comparison and metrics, and as text, for comparison and people.</summary>
internal static class ValueText
{
    private const int LongestShown = 120;

    /// <summary>The number in a value: milliseconds for durations; null when it has none.</summary>
    public static double? Number(object value) => value switch
    {
        TimeSpan duration => duration.TotalMilliseconds,
        JsonElement { ValueKind: JsonValueKind.Number } json => json.GetDouble(),
        JsonElement or string or bool => null,
        int or long or double or float or uint or ulong or short or ushort or byte or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The value as it is compared with text, whole.</summary>
    public static ReadOnlySpan<char> Span(object value) => value is LongText text ? text.Span : Plain(value);

    /// <summary>The value as it is compared with text; of a <see cref="LongText"/> only what may be shown.</summary>
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

    // A peer may send half a surrogate pair or broken UTF-8, which GetString and GetRawText refuse to read.
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

    /// <summary>The value as it is shown to people: with its unit, and no longer than a line.</summary>
    public static string Of(object value, ObservedType type, Redaction? redact = null)
    {
        if (value is Partial partial)
        {
            return (Number(partial.Seen) is null ? "" : "at least ") + Of(partial.Seen, type, redact is null ? null : (text, _) => redact(text, isCut: true));
        }

        var text = (type, Number(value)) switch
        {
            (ObservedType.Size, { } bytes) => Units.FormatSize(bytes),
            (ObservedType.Percent, { } percent) => percent.ToString("0.#", CultureInfo.InvariantCulture) + "%",
            // Not by its double: a large whole number has more digits than that.
            (ObservedType.Number, not null) when value is IFormattable number => number.ToString("0.###", CultureInfo.InvariantCulture),
            (ObservedType.Text, _) => Plain(value) is { Length: > 0 } plain ? plain : "empty",
            _ => Plain(value),
        };
        text = redact?.Invoke(text, isCut: false) ?? text;
        return text.Length > LongestShown ? string.Concat(text.AsSpan(0, LongestShown), "…") : text;
    }
}
