using System.Globalization;

namespace HealthAgent.Kinds.Host;

/// <summary>Reads kernel files of numbers. A missing file has none.</summary>
internal static class NumberFile
{
    /// <summary>The number on the first line; null if there is none, as with <c>max</c>.</summary>
    public static double? First(string file) =>
        double.TryParse(Lines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Lines of a name, an optional colon, and a number.</summary>
    public static Dictionary<string, double> Fields(string file)
    {
        var fields = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in Lines(file))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var text, ..]
                && double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            {
                fields[name.TrimEnd(':')] = number;
            }
        }

        return fields;
    }

    /// <summary>All lines.</summary>
    public static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
