using System.Text;

namespace HealthAgent.Agent.Commands;

/// <summary>Rows in columns that are aligned by blanks, for people and for <c>awk</c>.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>The rows, each on a line; the first one is the head.</summary>
    public static string Of(IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
