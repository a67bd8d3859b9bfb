using System.Diagnostics;

namespace HealthAgent.State;

/// <summary>
/// All that is kept of one run. Metrics, answers, events and commands read it, and it can leave the process: it knows the time by the
/// wall's clock alone, and its check not at all.
/// </summary>
/// <param name="Verdict">What it amounts to, and by what.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Duration">How long it took, tries and all.</param>
/// <param name="TraceId">The trace of its span; the default where runs are not traced.</param>
/// <param name="SpanId">Its span; the default where runs are not traced.</param>
internal sealed record RunRecord(
    CheckVerdict Verdict, DateTimeOffset StartedAt, TimeSpan Duration, ActivityTraceId TraceId = default, ActivitySpanId SpanId = default)
{
    /// <summary>Pass, warn or fail.</summary>
    public Result Result => Verdict.Result;

    /// <summary>Why, for a fail.</summary>
    public ErrorType? ErrorType => Verdict.ErrorType;

    /// <summary>Why, in words, for a warn or a fail.</summary>
    public string? Reason => Verdict.Reason;

    /// <summary>When it ended.</summary>
    public DateTimeOffset CompletedAt => StartedAt + Duration;
}
