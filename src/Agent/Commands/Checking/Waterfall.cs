using HealthAgent.State;
using Spectre.Console;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>How long what a run consists of took, as bars to scale: each begins where the one before ended.</summary>
internal static class Waterfall
{
    private const int WidestBar = 40;

    private static readonly Style OfPhase = new(Color.Blue);

    /// <summary>Phases, one per line.</summary>
    public static Grid Of(IReadOnlyList<KeyValuePair<string, TimeSpan>> phases)
    {
        var all = phases.Aggregate(TimeSpan.Zero, static (sum, phase) => sum + phase.Value);
        var grid = TerminalReport.Columns(3);
        Add(grid, phases, "", TimeSpan.Zero, all, static (name, cells) => [name, .. cells]);
        return grid;
    }

    /// <summary>Steps, one per line, each with its phases below it.</summary>
    public static Grid Of(IReadOnlyList<StepRecord> steps)
    {
        var all = steps.Aggregate(TimeSpan.Zero, static (sum, step) => sum + step.Duration);
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
                    : Bar(before, step.Duration, all, tone == Tone.Plain ? OfPhase : style));

            // What is known is the last try, at the end of the step.
            IReadOnlyList<KeyValuePair<string, TimeSpan>> phases =
                [.. CheckReport.LengthsOf(step.Observations, step.Duration, step.Tries > 1 ? null : step.ErrorType)];
            var known = phases.Aggregate(TimeSpan.Zero, static (sum, phase) => sum + phase.Value);
            var start = step.Tries > 1 && step.Duration > known ? before + step.Duration - known : before;
            Add(grid, phases, "  ", start, all, static (name, cells) => [name, new Text(""), .. cells]);
            before += step.Duration;
        }

        return grid;
    }

    private static void Add(
        Grid grid, IReadOnlyList<KeyValuePair<string, TimeSpan>> phases, string indentation, TimeSpan start, TimeSpan all,
        Func<Text, Text[], Text[]> row)
    {
        foreach (var (name, length) in phases)
        {
            var style = name == CheckReport.NoAnswer ? TerminalReport.StyleOf(Tone.Bad) : OfPhase;
            var cells = new[] { new Text(Units.Format(length)).RightJustified(), Bar(start, length, all, style) };
            grid.AddRow([.. row(new Text(indentation + name), cells)]);
            start += length;
        }
    }

    private static Text Bar(TimeSpan start, TimeSpan length, TimeSpan all, Style style)
    {
        var (from, to) = (Scaled(start, all), Scaled(start + length, all));
        return new Text(new string(' ', from) + new string('█', Math.Max(1, to - from)), style).Overflow(Overflow.Crop);
    }

    private static int Scaled(TimeSpan time, TimeSpan all) =>
        all > TimeSpan.Zero ? Math.Min(WidestBar - 1, (int)Math.Round(WidestBar * (time / all))) : 0;
}
