using System.Collections.Immutable;

namespace HealthAgent.State;

/// <summary>How one step of a run ended.</summary>
internal enum StepOutcome
{
    /// <summary>All that was expected held.</summary>
    Pass,

    /// <summary>It works, but a <c>warn</c> condition was hit.</summary>
    Warn,

    /// <summary>It does not work, or an <c>expect</c> condition was missed.</summary>
    Fail,

    /// <summary>It was not run; the reason says why.</summary>
    Skipped,
}

/// <summary>What is kept of one step of a scenario's run.</summary>
/// <param name="Name">The step's name, unique within the scenario.</param>
/// <param name="Kind">The name of its kind.</param>
/// <param name="Outcome">Pass, warn, fail or skipped.</param>
/// <param name="ErrorType">Why, for a fail.</param>
/// <param name="Reason">Why, in words, for a warn, a fail or a skip.</param>
/// <param name="Duration">How long it took, all tries together; zero where it was skipped.</param>
/// <param name="IsCleanup">Whether it stands under <c>cleanup</c>, and not under <c>steps</c>.</param>
/// <param name="Tries">How often it was run; 0 where it was skipped.</param>
/// <param name="Observations">What its last try observed.</param>
/// <param name="Conditions">The conditions that were evaluated in its last try.</param>
internal sealed record StepRecord(
    string Name, string Kind, StepOutcome Outcome, ErrorType? ErrorType, string? Reason, TimeSpan Duration, bool IsCleanup, int Tries,
    ImmutableArray<Observation> Observations, ImmutableArray<EvaluatedCondition> Conditions)
{
    /// <summary>A step that was not run.</summary>
    public static StepRecord Skipped(string name, string kind, bool isCleanup, string reason) =>
        new(name, kind, StepOutcome.Skipped, null, reason, TimeSpan.Zero, isCleanup, Tries: 0, [], []);
}
