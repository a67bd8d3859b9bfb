using HealthAgent.Checks;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>
/// One concern of the check: what it observes, by which conditions it is judged unless others are written, and who observes it.
/// </summary>
internal sealed record DaguConcern
{
    /// <summary>The tier from which on it is observed.</summary>
    public required Tier Tier { get; init; }

    /// <summary>What it observes.</summary>
    public required IReadOnlyList<ObservedValue> Values { get; init; }

    /// <summary>Expectations unless the operator writes some about the same value; they pass over what is not observed.</summary>
    public IReadOnlyList<string> Expect { get; init; } = [];

    /// <summary>Warnings unless the operator writes some about the same value.</summary>
    public IReadOnlyList<string> Warn { get; init; } = [];

    /// <summary>Makes what observes it; null if nobody asked for it, by a setting or by a condition.</summary>
    public required Func<DaguSettings, TimeProvider, IDaguPart?> Create { get; init; }
}

/// <summary>Observes one concern. One per check, run after run, so it may remember earlier runs; runs never overlap.</summary>
internal interface IDaguPart
{
    /// <summary>Notes its values.</summary>
    /// <exception cref="CheckFailedException">It cannot be observed, although it was asked for.</exception>
    Task ObserveAsync(DaguRun run, CancellationToken cancellationToken);
}
