using System.Globalization;
using System.Text;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Reports as lines of text, for pipes, files and terminals without colours.</summary>
internal static class PlainReport
{
    /// <summary>The reports, one after another.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="counts">The last line; null for none.</param>
    public static string Of(IEnumerable<CheckReport> reports, string? counts = null)
    {
        var text = new StringBuilder();
        foreach (var report in reports)
        {
            Write(text, report);
        }

        if (counts is not null)
        {
            text.Append(counts).Append('\n');
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, CheckReport report)
    {
        text.Append(CultureInfo.InvariantCulture, $"{report.Name}: {report.Outcome}{report.Details}\n");
        foreach (var (key, fact) in report.Facts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {key}: {fact}\n");
        }

        foreach (var section in report.Sections.Where(static section => section.Rows.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {section.Title}:\n");
            var widths = Widths(section.Rows);
            foreach (var row in section.Rows)
            {
                text.Append("    ").Append(Line(row.Cells, widths)).Append('\n');
            }
        }
    }

    /// <summary>The width of each column; rows of one cell are lines of their own.</summary>
    public static int[] Widths(IReadOnlyList<ReportRow> rows)
    {
        var table = rows.Where(static row => row.Cells.Length > 1).ToList();
        return [.. Enumerable.Range(0, table.Count == 0 ? 0 : table.Max(static row => row.Cells.Length)).Select(
            column => table.Where(row => column < row.Cells.Length).Max(row => row.Cells[column].Length))];
    }

    /// <summary>A row with its cells in columns.</summary>
    public static string Line(string[] cells, int[] widths) => cells.Length == 1
        ? cells[0]
        : string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
}
