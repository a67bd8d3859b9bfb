using System.Globalization;
using System.Text;

namespace HealthAgent.Vocabulary;

/// <summary>Durations and sizes as written in configuration: <c>500ms</c>, <c>1m30s</c>, <c>7d</c>; <c>10MiB</c>.</summary>
internal static class Units
{
    /// <summary>The longest single delay: platform timers are limited to 49 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private static readonly (string Unit, TimeSpan Length)[] DurationUnits =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    private static readonly (string Unit, double Bytes)[] SizeUnits =
    [
        ("KiB", 1024d), ("MiB", 1024d * 1024), ("GiB", 1024d * 1024 * 1024), ("TiB", 1024d * 1024 * 1024 * 1024),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1d),
    ];

    /// <summary>The shorter of two durations.</summary>
    public static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>The longer of two durations.</summary>
    public static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>Parses a duration: numbers with units <c>ms s m h d</c> in any order; a bare 0 is zero.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text is "0")
        {
            return true;
        }

        var total = 0d;
        if (text.IsEmpty)
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            if (!TryTakeNumber(ref text, out var number) || !TryTakeUnit(ref text, out var unit))
            {
                return false;
            }

            total += number * unit.TotalMilliseconds;
        }

        if (total > TimeSpan.MaxValue.TotalMilliseconds / 2)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Parses a size in bytes: a number with <c>B KiB MiB GiB TiB</c> or <c>kB MB GB TB</c>; a bare number is bytes.</summary>
    public static bool TryParseSize(ReadOnlySpan<char> text, out double bytes)
    {
        text = text.Trim();
        bytes = 0;
        if (!TryTakeNumber(ref text, out var number))
        {
            return false;
        }

        text = text.TrimStart();
        foreach (var (unit, factor) in SizeUnits)
        {
            if (text.Equals(unit, StringComparison.OrdinalIgnoreCase))
            {
                bytes = number * factor;
                return double.IsFinite(bytes);
            }
        }

        bytes = number;
        return text.IsEmpty && double.IsFinite(bytes);
    }

    /// <summary>Parses a percentage between 0% and 100%, exclusive: <c>99.9%</c> is 0.999.</summary>
    public static bool TryParseShare(ReadOnlySpan<char> text, out double share)
    {
        // As decimal: in doubles, 99.9 / 100 is not 0.999.
        var read = text.EndsWith('%') & decimal.TryParse(
            text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent);
        share = (double)(percent / 100);
        return read && share is > 0 and < 1;
    }

    /// <summary>Formats a duration with at most two units, such as <c>1m30s</c>, <c>4.2ms</c>, <c>7d</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Format(duration == TimeSpan.MinValue ? TimeSpan.MaxValue : duration.Negate());
        }

        // Rounded before choosing the unit: 999.999ms is 1s, not 1000ms.
        if (Math.Round(duration.TotalMilliseconds, 2) is < 1000 and var milliseconds)
        {
            return milliseconds.ToString("0.##", CultureInfo.InvariantCulture) + "ms";
        }

        if (Math.Round(duration.TotalSeconds, 2) is < 60 and var seconds)
        {
            return seconds.ToString("0.##", CultureInfo.InvariantCulture) + "s";
        }

        duration = duration < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : duration;
        var parts = new StringBuilder();
        var shown = 0;
        (string Unit, int Amount)[] amounts =
            [("d", duration.Days), ("h", duration.Hours), ("m", duration.Minutes), ("s", duration.Seconds)];
        foreach (var (unit, amount) in amounts)
        {
            if (amount > 0 && shown < 2)
            {
                parts.Append(CultureInfo.InvariantCulture, $"{amount}{unit}");
                shown++;
            }
        }

        return parts.ToString();
    }

    /// <summary>Formats a duration as it can be written in a configuration, with nothing rounded away.</summary>
    public static string FormatExactly(TimeSpan duration) => TryParseDuration(Format(duration), out var parsed) && parsed == duration
        ? Format(duration)
        : duration.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) + "ms";

    /// <summary>Formats a size, such as <c>1.5GiB</c>.</summary>
    public static string FormatSize(double bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; Math.Round(Math.Abs(bytes), 2) >= 1024 && unit < units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return bytes.ToString("0.##", CultureInfo.InvariantCulture) + units[unit];
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out double number)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
        {
            length++;
        }

        var taken = double.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
        text = text[length..];
        return taken;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> text, out TimeSpan length)
    {
        foreach (var (unit, span) in DurationUnits)
        {
            if (text.StartsWith(unit, StringComparison.Ordinal))
            {
                text = text[unit.Length..];
                length = span;
                return true;
            }
        }

        length = default;
        return false;
    }
}
