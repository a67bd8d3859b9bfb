using System.Diagnostics;

namespace HealthAgent.State;

/// <summary>One run, done.</summary>
/// <param name="Judgement">What it amounts to.</param>
/// <param name="Started">When it started.</param>
/// <param name="Duration">How long it took, tries and all.</param>
/// <param name="Trace">The run's span; the default when runs are not traced.</param>
internal sealed record Outcome(Judgement Judgement, Moment Started, TimeSpan Duration, ActivityContext Trace = default)
{
    /// <summary>Pass, warn or fail.</summary>
    public Result Result => Judgement.Result;

    /// <summary>When it started, on the wall's clock.</summary>
    public DateTimeOffset StartedAt => Started.At;

    /// <summary>When it ended.</summary>
    public DateTimeOffset CompletedAt => StartedAt + Duration;
}
