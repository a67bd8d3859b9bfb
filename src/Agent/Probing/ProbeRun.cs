using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Agent.Probing;

/// <summary>A probe that has ended.</summary>
/// <param name="Plan">The module with the target in it.</param>
/// <param name="Record">What came of it.</param>
/// <param name="Explanation">What it did.</param>
/// <param name="Timeout">The deadline that it had.</param>
internal sealed record ProbeRun(CheckPlan Plan, RunRecord Record, ExplainedRun Explanation, TimeSpan Timeout);

/// <summary>Why there is no outcome.</summary>
internal enum ProbeRefusal
{
    /// <summary>The module cannot take the target.</summary>
    Unfit,

    /// <summary>The target is asked for too often.</summary>
    TooOften,

    /// <summary>Too many targets are probed at once.</summary>
    TooMany,

    /// <summary>There was no slot for the run in time.</summary>
    Busy,

    /// <summary>The agent is stopping.</summary>
    Stopping,
}

/// <summary>The answer to a caller: a run, or why there is none.</summary>
/// <param name="Run">The run.</param>
/// <param name="Refusal">Why there is none.</param>
/// <param name="Problems">What the module has against the target; for those who see details.</param>
internal sealed record ProbeAnswer(ProbeRun? Run, ProbeRefusal? Refusal = null, IReadOnlyList<string>? Problems = null)
{
    /// <summary>An answer without a run.</summary>
    public static ProbeAnswer Of(ProbeRefusal refusal, IReadOnlyList<string>? problems = null) => new(null, refusal, problems);
}
