using System.Text.RegularExpressions;

namespace HealthAgent.Settings;

/// <summary>
/// A reference to what a step of a scenario captured, written <c>${steps.STEP.NAME}</c>, or to what a run has of its own, written
/// <c>${run.NAME}</c>.
/// </summary>
/// <param name="Step">The name of the step; empty for the run.</param>
/// <param name="Name">The name of what it captures, or of what the run has.</param>
internal readonly partial record struct StepReference(string Step, string Name)
{
    /// <summary>How a reference to what a step captured begins.</summary>
    public const string Start = "${steps.";

    /// <summary>How a reference to what a run has of its own begins.</summary>
    public const string RunStart = "${run.";

    /// <summary>Whether it is to what a run has of its own.</summary>
    public bool IsOfRun => Step.Length == 0;

    /// <summary>Takes the reference at a position; null, and the position as it was, where there is none.</summary>
    public static StepReference? TryTake(string text, ref int position)
    {
        if (Form().Match(text, position) is not { Success: true } found)
        {
            return null;
        }

        position += found.Length;
        return new StepReference(found.Groups["step"].Value, found.Groups["name"].Value);
    }

    /// <summary>Whether a text may be the name of a step, which stands in references, phases and an attribute of metrics.</summary>
    public static bool IsStep(string name) => StepForm().IsMatch(name);

    /// <summary>Whether a text may be the name of what is captured.</summary>
    public static bool IsName(string name) => NameForm().IsMatch(name);

    /// <summary>As it is written.</summary>
    public override string ToString() => IsOfRun ? $"{RunStart}{Name}}}" : $"{Start}{Step}.{Name}}}";

    private const string StepPattern = "[a-z0-9][a-z0-9_-]{0,63}", NamePattern = "[A-Za-z][A-Za-z0-9_]{0,63}";

    [GeneratedRegex($@"\G\$\{{(steps\.(?<step>{StepPattern})|run)\.(?<name>{NamePattern})\}}", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex($@"^{StepPattern}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepForm();

    [GeneratedRegex($@"^{NamePattern}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();
}
