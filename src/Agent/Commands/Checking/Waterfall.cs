using HealthAgent.State;
using Spectre.Console;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>How long what a run consists of took, as bars to scale: each begins where the one before ended.</summary>
internal static class Waterfall
{
    private const int WidestBar = 40, NarrowestBar = 4, Gap = 2;

    private static readonly Style OfPhase = new(Color.Blue);

    /// <summary>Phases, one per line.</summary>
    /// <param name="phases">The phases.</param>
    /// <param name="width">How many columns there are; a bar that does not fit would be wrapped.</param>
    public static Grid Of(IReadOnlyList<KeyValuePair<string, TimeSpan>> phases, int width)
    {
        var scale = new Scale(Sum(phases), WidthOfBars(width, Widest(phases, static it => it.Key), WidestOfLengths(phases)));
        var grid = TerminalReport.Columns(3);
        Add(grid, phases, "", TimeSpan.Zero, scale, static (name, cells) => [name, .. cells]);
        return grid;
    }

    /// <summary>Steps, one per line, each with its phases below it.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="width">How many columns there are.</param>
    public static Grid Of(IReadOnlyList<StepRecord> steps, int width)
    {
        var names = steps.Select(static step => step.Name.Length)
            .Concat(steps.SelectMany(static step => LengthsOf(step)).Select(static phase => phase.Key.Length + "  ".Length)).Max();
        var scale = new Scale(
            steps.Aggregate(TimeSpan.Zero, static (sum, step) => sum + step.Duration),
            WidthOfBars(
                width, names, Widest(steps, static step => RunRecordJson.Spelling(step.Outcome)),
                Math.Max(
                    Widest(steps, static step => Units.Format(step.Duration)), WidestOfLengths(steps.SelectMany(LengthsOf)))));
        var (grid, before) = (TerminalReport.Columns(4), TimeSpan.Zero);
        foreach (var step in steps)
        {
            var (tone, words) = (StepSections.ToneOf(step), RunRecordJson.Spelling(step.Outcome));
            var style = TerminalReport.StyleOf(tone);
            grid.AddRow(
                new Text(step.Name),
                new Text(words, style),
                new Text(step.Outcome == StepOutcome.Skipped ? "" : Units.Format(step.Duration)).RightJustified(),
                step.Outcome == StepOutcome.Skipped
                    ? new Text(step.Reason ?? "", style)
                    : Bar(before, step.Duration, scale, tone == Tone.Plain ? OfPhase : style));

            // What is known is the last try, at the end of the step.
            IReadOnlyList<KeyValuePair<string, TimeSpan>> phases = [.. LengthsOf(step)];
            var known = Sum(phases);
            var start = step.Tries > 1 && step.Duration > known ? before + step.Duration - known : before;
            Add(grid, phases, "  ", start, scale, static (name, cells) => [name, new Text(""), .. cells]);
            before += step.Duration;
        }

        return grid;
    }

    private static void Add(
        Grid grid, IReadOnlyList<KeyValuePair<string, TimeSpan>> phases, string indentation, TimeSpan start, Scale scale,
        Func<Text, Text[], Text[]> row)
    {
        foreach (var (name, length) in phases)
        {
            var style = name == CheckReport.Unfinished ? TerminalReport.StyleOf(Tone.Bad) : OfPhase;
            var cells = new[] { new Text(Units.Format(length)).RightJustified(), Bar(start, length, scale, style) };
            grid.AddRow([.. row(new Text(indentation + name), cells)]);
            start += length;
        }
    }

    private static Text Bar(TimeSpan start, TimeSpan length, Scale scale, Style style)
    {
        var (from, to) = (scale.Of(start), scale.Of(start + length));
        return new Text(new string(' ', from) + new string('█', Math.Max(1, to - from)), style).Overflow(Overflow.Crop);
    }

    private static IEnumerable<KeyValuePair<string, TimeSpan>> LengthsOf(StepRecord step) =>
        CheckReport.LengthsOf(step.Observations, step.Duration, step.Tries > 1 ? null : step.ErrorType);

    private static TimeSpan Sum(IEnumerable<KeyValuePair<string, TimeSpan>> phases) =>
        phases.Aggregate(TimeSpan.Zero, static (sum, phase) => sum + phase.Value);

    private static int WidestOfLengths(IEnumerable<KeyValuePair<string, TimeSpan>> phases) =>
        Widest(phases, static phase => Units.Format(phase.Value));

    private static int Widest<T>(IEnumerable<T> items, Func<T, string> text) =>
        items.Select(item => text(item).Length).DefaultIfEmpty().Max();

    private static int WidthOfBars(int width, params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
        {
            width -= column + Gap;
        }

        return Math.Clamp(width - Gap, NarrowestBar, WidestBar);
    }

    /// <summary>How long a bar is.</summary>
    /// <param name="All">What the whole width stands for.</param>
    /// <param name="Width">The columns of all bars together.</param>
    private readonly record struct Scale(TimeSpan All, int Width)
    {
        public int Of(TimeSpan time) => All > TimeSpan.Zero ? Math.Min(Width - 1, (int)Math.Round(Width * (time / All))) : 0;
    }
}
