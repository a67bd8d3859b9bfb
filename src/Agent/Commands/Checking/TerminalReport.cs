using Spectre.Console;
using Spectre.Console.Rendering;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Reports for a terminal: colours, phases as a waterfall, the certificate chain as a table.</summary>
internal static class TerminalReport
{
    // Columns before the body of a section, and those that a table needs for each of its own.
    private const int Inner = 4, Border = 3;

    /// <summary>Writes the reports, one after another.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<CheckReport> reports)
    {
        foreach (var report in reports)
        {
            Write(console, report);
        }
    }

    /// <summary>Writes how many of several came out how.</summary>
    public static void WriteCounts(IAnsiConsole console, IReadOnlyList<CheckedRun> runs)
    {
        if (CheckReport.CountsOf(runs) is { } counts)
        {
            console.Write(new Text($"{counts}\n", new Style(decoration: Decoration.Bold)));
        }
    }

    private static void Write(IAnsiConsole console, CheckReport report)
    {
        var style = StyleOf(report.Tone);
        console.Write(new Paragraph()
            .Append(report.Name, new Style(decoration: Decoration.Bold)).Append(" ")
            .Append(report.Outcome, style.Decoration(Decoration.Bold))
            .Append(report.Details + "\n", Style.Plain));
        if (report.Facts.Count > 0)
        {
            var facts = Columns(2);
            foreach (var (key, fact) in report.Facts)
            {
                facts.AddRow(new Text(key, Grey), new Text(fact, key == "reason" ? style : Style.Plain));
            }

            console.Write(Indented(facts));
        }

        foreach (var section in report.Sections.Where(static section => section.Rows.Count > 0))
        {
            console.Write(Indented(new Text(section.Title, Grey)));
            console.Write(Indented(Body(report, section, console.Profile.Width - Inner), Inner));
        }

        console.WriteLine();
    }

    private static IRenderable Body(CheckReport report, ReportSection section, int width) => section.Title switch
    {
        CheckReport.Phases => Waterfall.Of(report.PhaseLengths, width),
        CheckReport.Steps => Waterfall.Of(report.StepsRun, width),
        var title when title.EndsWith(CheckReport.Chain, StringComparison.Ordinal) =>
            PlainReport.Widths(section.Rows).Sum(static column => column + Border) < width
                ? Chain(section.Rows)
                : ChainOfLines(section.Rows),
        _ => Grid(section.Rows),
    };

    private static Table Chain(IReadOnlyList<ReportRow> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderStyle(Grey);
        foreach (var title in (string[])["", "subject", "issuer", "names", "end", "from"])
        {
            table.AddColumn(new TableColumn(new Text(title, Grey)));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Cells.Select(cell => new Text(cell, StyleOf(row.Tone)))]);
        }

        return table;
    }

    /// <summary>The chain where a table would not fit.</summary>
    private static Rows ChainOfLines(IReadOnlyList<ReportRow> rows) => new(rows.SelectMany(static row => row.Cells.Skip(1)
        .Where(static cell => cell.Length > 0)
        .Select((cell, line) => new Text($"{(line == 0 ? row.Cells[0] : " ")}  {cell}", StyleOf(row.Tone)))));

    private static Rows Grid(IReadOnlyList<ReportRow> rows)
    {
        if (rows.All(static row => row.Cells.Length == 1))
        {
            return new Rows(rows.Select(static row => new Text(row.Cells[0], StyleOf(row.Tone))));
        }

        var widths = PlainReport.Widths(rows);
        return new Rows(rows.Select(row => new Text(PlainReport.Line(row.Cells, widths), StyleOf(row.Tone))));
    }

    /// <summary>A grid whose columns are not wrapped, except the last.</summary>
    public static Grid Columns(int count)
    {
        var grid = new Grid();
        for (var column = 0; column < count; column++)
        {
            grid.AddColumn(new GridColumn().NoWrapExceptLast(column, count).PadLeft(0).PadRight(2));
        }

        return grid;
    }

    private static GridColumn NoWrapExceptLast(this GridColumn column, int position, int count) =>
        position < count - 1 ? column.NoWrap() : column;

    private static Padder Indented(IRenderable content, int columns = 2) => new(content, new Padding(columns, 0, 0, 0));

    private static Style Grey => new(Color.Grey);

    /// <summary>How what is meant so is shown.</summary>
    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Doubtful => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        _ => Style.Plain,
    };
}
