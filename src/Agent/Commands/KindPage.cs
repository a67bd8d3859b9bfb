using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Reference;
using Spectre.Console;

namespace HealthAgent.Agent.Commands;

/// <summary>A kind with its settings and values for a terminal, in tables that fit into its width.</summary>
internal static class KindPage
{
    private static readonly Style Grey = new(Color.Grey);
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, CheckKind kind)
    {
        console.Write(new Paragraph().Append(kind.Name, Bold).Append($": {kind.Description}\n\n", Style.Plain));
        Write(console, KindReference.PresetOf(kind).TrimEnd());
        Write(console, KindReference.TierOf(kind));
        Write(console, ["setting", "type", "default", "meaning"], KindReference.RowsOf(kind.Settings));
        Write(console, ["value", "type", "meaning"], KindReference.RowsOf(kind));
        if (kind.Settings.Any(static setting => setting.Shape.Items?.Settings == StepSettings.All))
        {
            Write(console, ["setting of a step", "type", "default", "meaning"], KindReference.RowsOf(StepSettings.All));
        }

        console.Write(new Text("Example:\n\n", Grey));
        foreach (var line in KindReference.ExampleOf(kind).TrimEnd('\n').Split('\n'))
        {
            console.Write(new Text($"  {line}\n"));
        }
    }

    private static void Write(IAnsiConsole console, string prose)
    {
        if (prose.Length > 0)
        {
            console.Write(new Text($"{PlainMarkdown.Of(prose)}\n\n"));
        }
    }

    private static void Write(IAnsiConsole console, string[] head, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderStyle(Grey);
        foreach (var (position, title) in head.Index())
        {
            table.AddColumn(new TableColumn(new Text(title, Grey)) { NoWrap = position == 0 });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(static (cell, column) => new Text(PlainMarkdown.Of(cell), column == 0 ? Bold : Style.Plain))]);
        }

        if (table.Rows.Count > 0)
        {
            console.Write(table);
            console.WriteLine();
        }
    }
}
