using Spectre.Console;
using Spectre.Console.Rendering;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Reports for a terminal: colours, phases as a waterfall, the certificate chain as a table.</summary>
internal static class TerminalReport
{
    /// <summary>Writes the reports, one after another.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<CheckReport> reports)
    {
        foreach (var report in reports)
        {
            Write(console, report);
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
            console.Write(Indented(Body(report, section), 4));
        }

        console.WriteLine();
    }

    private static IRenderable Body(CheckReport report, ReportSection section) => section.Title switch
    {
        CheckReport.Phases => Waterfall.Of(report.PhaseLengths),
        CheckReport.Steps => Waterfall.Of(report.StepsRun),
        var title when title.EndsWith(CheckReport.Chain, StringComparison.Ordinal) => Chain(section.Rows),
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
