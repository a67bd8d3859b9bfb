using System.Globalization;
using System.Text;

namespace HealthAgent.Agent.Probing;

/// <summary>A gauge with its samples.</summary>
/// <param name="Name">The name.</param>
/// <param name="Help">What it is.</param>
/// <param name="Samples">The samples.</param>
internal sealed record GaugeFamily(string Name, string Help, params IReadOnlyList<GaugeSample> Samples)
{
    /// <summary>A gauge without labels.</summary>
    public GaugeFamily(string name, string help, double value)
        : this(name, help, new GaugeSample(value))
    {
    }

    /// <summary>Families in one of the text formats, in order of their names.</summary>
    /// <param name="families">The families.</param>
    /// <param name="isOpenMetrics">Whether in OpenMetrics; otherwise in that of Prometheus, 0.0.4.</param>
    public static string Format(IEnumerable<GaugeFamily> families, bool isOpenMetrics)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(static family => family.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} gauge\n");
            foreach (var sample in family.Samples)
            {
                text.Append(family.Name).Append(sample.Text).Append('\n');
            }
        }

        return text.Append(isOpenMetrics ? "# EOF\n" : "").ToString();
    }
}

/// <summary>A value with its labels.</summary>
/// <param name="Value">The value.</param>
/// <param name="Labels">The labels.</param>
internal sealed record GaugeSample(double Value, params IReadOnlyList<(string Name, string Value)> Labels)
{
    /// <summary>Labels and value, as both formats have them.</summary>
    public string Text
    {
        get
        {
            var labels = string.Join(",", Labels.Select(static label => $"{label.Name}=\"{Escaped(label.Value)}\""));
            return string.Create(CultureInfo.InvariantCulture, $"{(labels.Length > 0 ? $"{{{labels}}}" : "")} {Value:R}");
        }
    }

    private static string Escaped(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}
