using System.Globalization;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>Reads Dagu's own metrics, which any role may see.</summary>
internal static class DaguMetrics
{
    /// <summary>The sum over the series of a metric with labels; 0 if there are none.</summary>
    public static double Sum(string? text, string name)
    {
        var sum = 0.0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == '{'
                && double.TryParse(line[(line.LastIndexOf('}') + 1)..].Trim(), CultureInfo.InvariantCulture, out var value))
            {
                sum += value;
            }
        }

        return sum;
    }

    /// <summary>The value of a metric without labels in Prometheus' text format; null if it is not there.</summary>
    public static double? Value(string? text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ' '
                && double.TryParse(line[(name.Length + 1)..].Trim(), CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }
        }

        return null;
    }
}
