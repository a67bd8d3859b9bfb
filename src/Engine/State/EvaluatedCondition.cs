using HealthAgent.Expectations;

namespace HealthAgent.State;

/// <summary>A condition that was evaluated in a run.</summary>
/// <param name="Text">As written.</param>
/// <param name="IsExpectation">Whether it stands under <c>expect</c>, and not under <c>warn</c>.</param>
/// <param name="Applies">Whether an expectation was missed, or a warning hit.</param>
/// <param name="Verdict">What it came to.</param>
/// <param name="Type">The type of what it looked at.</param>
/// <param name="Seen">What it looked at: a value, or a text that may be shown; null where nothing was observed.</param>
internal readonly record struct EvaluatedCondition(
    string Text, bool IsExpectation, bool Applies, Verdict Verdict, ObservedType Type, object? Seen)
{
    /// <summary>The result in one word: <c>ok</c>, <c>missed</c> for an expectation, <c>hit</c> for a warning.</summary>
    public string Result => !Applies ? "ok" : IsExpectation ? "missed" : "hit";

    /// <summary>What it looked at, as it is shown to people; null where nothing was observed.</summary>
    public string? SeenText => Seen is null ? null : ValueText.Of(Seen, Type);
}
