using HealthAgent.Expectations;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Evaluated conditions in words.</summary>
internal static class ConditionWords
{
    /// <summary>Whether it held.</summary>
    public static string Of(EvaluatedCondition condition) => (condition.IsExpectation, condition.Applies) switch
    {
        (true, true) => "missed",
        (false, true) => "hit",
        _ => "ok",
    };

    /// <summary>How that is meant.</summary>
    public static Tone ToneOf(EvaluatedCondition condition) => (condition.IsExpectation, condition.Applies) switch
    {
        (true, true) => Tone.Bad,
        (false, true) => Tone.Doubtful,
        _ => Tone.Good,
    };

    /// <summary>What it saw.</summary>
    public static string Seen(EvaluatedCondition condition) => condition.Verdict switch
    {
        Verdict.Undecided => $"undecided: {condition.SeenText ?? "only the beginning was seen"}",
        _ => condition.SeenText is { } seen ? $"was {seen}" : "not observed",
    };
}
