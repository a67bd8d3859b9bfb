using System.Text;
using HealthAgent.Agent.Logging;
using Spectre.Console;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>The terminal at standard output.</summary>
internal static class Terminal
{
    private const int DefaultWidth = 80, DefaultHeight = 24;

    /// <summary>Whether standard output is a terminal that shows colours, and nobody asked for none.</summary>
    /// <remarks>Rule: no-color.org.</remarks>
    public static bool IsUsed(Func<string, string?> environment) =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";

    /// <summary>The terminal for writing.</summary>
    /// <param name="isColoured">Whether it shows colours.</param>
    public static IAnsiConsole Open(bool isColoured = true) =>
        Open(new OutputWriter(), Size(static () => Console.WindowWidth, DefaultWidth), isColoured);

    /// <summary>A terminal of some width behind a writer.</summary>
    public static IAnsiConsole Open(TextWriter writer, int width, bool isColoured = true) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = isColoured ? AnsiSupport.Yes : AnsiSupport.No,
        // The terminal's own colours, which its user can read.
        ColorSystem = isColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
        Out = new Output(writer, width),
        // Whether to use colours is decided already.
        EnvironmentVariables = new Dictionary<string, string>(StringComparer.Ordinal),
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
    });

    private static int Size(Func<int> size, int otherwise)
    {
        try
        {
            return size() is var found and > 0 ? found : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }

    private sealed class Output(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => Size(static () => Console.WindowHeight, DefaultHeight);

        public void SetEncoding(Encoding encoding)
        {
            // UTF-8, always.
        }
    }
}

/// <summary>Standard output as it is: unlike the log, what a command was asked for waits for its reader.</summary>
internal sealed class OutputWriter : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc />
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc />
    public override void Write(string? value)
    {
        try
        {
            StandardStream.Write(StandardStream.Output, Encoding.GetBytes(value ?? ""));
        }
        catch (IOException)
        {
            // The reader has gone, as with head, or the disk is full: the exit code still has the outcome.
        }
    }
}
