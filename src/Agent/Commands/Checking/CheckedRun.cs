using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>A check that was run once, or was to be.</summary>
/// <param name="Plan">The check.</param>
/// <param name="Record">The record of its run; null where the run did not complete.</param>
/// <param name="Explanation">What the run did.</param>
internal sealed record CheckedRun(CheckPlan Plan, RunRecord? Record = null, ExplainedRun? Explanation = null)
{
    /// <summary>Why there is no outcome.</summary>
    private const string Interrupted = "interrupted before it completed";

    /// <summary>Why there is no outcome.</summary>
    public string NoOutcome => Plan.IsPassive ? "its outcomes come in by PUT /heartbeats/{name}; there is nothing to run" : Interrupted;

    /// <summary>The outcome in one word.</summary>
    public string Outcome => Record?.Result.Name() ?? "unknown";

    /// <summary>The exit code for several runs: the worst outcome, and unknown where one of them has none.</summary>
    public static int ExitCodeOf(IReadOnlyList<CheckedRun> runs) => runs.Any(run => run.Record is null)
        ? ExitCodes.Unknown
        : runs.Max(run => run.Record!.Result) switch
        {
            Result.Pass => ExitCodes.Ok,
            Result.Warn => ExitCodes.Warn,
            _ => ExitCodes.Fail,
        };
}
