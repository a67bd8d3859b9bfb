using System.Globalization;

namespace HealthAgent.Expectations;

/// <summary>Decimal numbers of any length, compared exactly: a 64-bit identifier or a 30-digit sum does not fit in a double.</summary>
internal static class DecimalText
{
    private const long Farthest = long.MaxValue / 2;

    /// <summary>Whether a text is a JSON number: no blanks, <c>+</c>, leading zeros or hex (RFC 8259, section 6).</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text is [(byte)'-', ..] ? text[1..] : text;
        var zero = rest is [(byte)'0', ..];
        var whole = TakeDigits(ref rest);
        if (whole == 0 || (zero && whole > 1))
        {
            return false;
        }

        if (rest is [(byte)'.', ..])
        {
            rest = rest[1..];
            if (TakeDigits(ref rest) == 0)
            {
                return false;
            }
        }

        if (rest is [(byte)'e' or (byte)'E', ..])
        {
            rest = rest is [_, (byte)'+' or (byte)'-', ..] ? rest[2..] : rest[1..];
            return TakeDigits(ref rest) > 0 && rest.IsEmpty;
        }

        return rest.IsEmpty;
    }

    /// <summary>
    /// The sign of the difference of two numbers, exact at any length; <c>-0</c> equals <c>0</c>, <c>1e3</c> equals <c>1000</c>.
    /// </summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
        {
            return 0;
        }

        var a = Parts.Of(left);
        var b = Parts.Of(right);
        if (a.Sign != b.Sign || a.Sign == 0)
        {
            return a.Sign.CompareTo(b.Sign);
        }

        var order = a.Magnitude != b.Magnitude ? a.Magnitude.CompareTo(b.Magnitude) : CompareDigits(a.Digits, b.Digits);
        return order * a.Sign;
    }

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (!left.IsEmpty || !right.IsEmpty)
        {
            var order = TakeDigit(ref left).CompareTo(TakeDigit(ref right));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static byte TakeDigit(ref ReadOnlySpan<byte> digits)
    {
        digits = digits is [(byte)'.', ..] ? digits[1..] : digits;
        if (digits.IsEmpty)
        {
            return (byte)'0';
        }

        var digit = digits[0];
        digits = digits[1..];
        return digit;
    }

    private static int TakeDigits(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var length = end < 0 ? rest.Length : end;
        rest = rest[length..];
        return length;
    }

    /// <summary>A number split up: <c>-0.0125</c> has sign -1, magnitude -1 and digits 125.</summary>
    private readonly ref struct Parts
    {
        /// <summary>-1, 1, or 0 for zero.</summary>
        public int Sign { get; private init; }

        /// <summary>Digits before the decimal point, counted from the first non-zero digit.</summary>
        public long Magnitude { get; private init; }

        /// <summary>The digits from the first non-zero one, possibly with a decimal point among them.</summary>
        public ReadOnlySpan<byte> Digits { get; private init; }

        public static Parts Of(ReadOnlySpan<byte> text)
        {
            var negative = text is [(byte)'-', ..];
            var unsigned = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
            var mark = unsigned.IndexOfAny((byte)'e', (byte)'E');
            var mantissa = mark < 0 ? unsigned : unsigned[..mark];
            var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
            if (first < 0)
            {
                return default;
            }

            var point = mantissa.IndexOf((byte)'.') is >= 0 and var found ? found : mantissa.Length;
            return new Parts
            {
                Sign = negative ? -1 : 1,
                Magnitude = (mark < 0 ? 0 : Exponent(unsigned[(mark + 1)..])) + point - first + (first < point ? 0 : 1),
                Digits = mantissa[first..],
            };
        }

        private static long Exponent(ReadOnlySpan<byte> text) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
                ? Math.Clamp(exponent, -Farthest, Farthest)
                : text is [(byte)'-', ..] ? -Farthest : Farthest;
    }
}
