using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>
/// Compares observed values as numbers. Doubles decide where they differ; values that are the same double are compared digit by digit,
/// so 9007199254740993 is not 9007199254740992.
/// </summary>
internal static class Numbers
{
    private const int LongestFormatted = 40;

    /// <summary>The sign of the difference; null if the value is not a number.</summary>
    /// <param name="value">An observed value; a text counts if it is a JSON number.</param>
    /// <param name="other">The number to compare with.</param>
    /// <param name="digits">Its digits in ASCII; null if it has a unit.</param>
    public static int? Compare(object value, double other, byte[]? digits)
    {
        if (Of(value) is not { } number)
        {
            return null;
        }

        return digits is null || number < other || number > other
            ? number.CompareTo(other)
            : CompareDigits(Written(value, stackalloc byte[LongestFormatted]), digits);
    }

    /// <summary>The sign of the difference of two observed values; null if either is not a number.</summary>
    public static int? Compare(object left, object right)
    {
        if (Of(left) is not { } l || Of(right) is not { } r)
        {
            return null;
        }

        return l < r || l > r
            ? l.CompareTo(r)
            : CompareDigits(Written(left, stackalloc byte[LongestFormatted]), Written(right, stackalloc byte[LongestFormatted]));
    }

    /// <summary>The number in a value or in a text that is one; milliseconds for durations; null if there is none, or NaN.</summary>
    public static double? Of(object value)
    {
        if (value is string or JsonElement { ValueKind: JsonValueKind.String })
        {
            var written = Written(value, stackalloc byte[LongestFormatted]);
            return DecimalText.IsNumber(written) ? double.Parse(written, CultureInfo.InvariantCulture) : null;
        }

        return ValueText.Number(value) is { } number && !double.IsNaN(number) ? number : null;
    }

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.IsEmpty || right.IsEmpty ? 0 : DecimalText.Compare(left, right);

    /// <summary>The digits in ASCII; empty if they are no more precise than the double.</summary>
    private static ReadOnlySpan<byte> Written(object value, Span<byte> buffer)
    {
        switch (value)
        {
            // Between the quotes; a string with escapes is unescaped first.
            case JsonElement { ValueKind: JsonValueKind.String } json
                when JsonMarshal.GetRawUtf8Value(json) is var raw && !raw.Contains((byte)'\\'):
                return raw[1..^1];
            case JsonElement { ValueKind: JsonValueKind.Number } json:
                return JsonMarshal.GetRawUtf8Value(json);
            case JsonElement json:
                return Encoding.UTF8.GetBytes(ValueText.Plain(json));
            case string text:
                return text.Length * 3 <= buffer.Length ? buffer[..Encoding.UTF8.GetBytes(text, buffer)] : Encoding.UTF8.GetBytes(text);
            case int or long or uint or ulong or short or ushort or byte or decimal or double:
                var fits = ((IUtf8SpanFormattable)value).TryFormat(buffer, out var length, default, CultureInfo.InvariantCulture);
                return fits ? buffer[..length] : default;
            default:
                return default;
        }
    }
}
