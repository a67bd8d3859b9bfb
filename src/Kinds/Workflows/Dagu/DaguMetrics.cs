using System.Globalization;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>Reads Dagu's own metrics, which any role may see.</summary>
internal static class DaguMetrics
{
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
