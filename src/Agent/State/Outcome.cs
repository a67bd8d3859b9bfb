using System.Diagnostics;
using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>One run, done.</summary>
/// <param name="Judgement">What it amounts to.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Duration">How long it took, tries and all.</param>
/// <param name="Trace">The run's span; the default when runs are not traced.</param>
internal sealed record Outcome(Judgement Judgement, DateTimeOffset StartedAt, TimeSpan Duration, ActivityContext Trace = default)
{
    /// <summary>Pass, warn or fail.</summary>
    public Result Result => Judgement.Result;

    /// <summary>When it ended.</summary>
    public DateTimeOffset CompletedAt => StartedAt + Duration;
}
