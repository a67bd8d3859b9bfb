using HealthAgent.State;

namespace HealthAgent;

/// <summary>One run of a check, done.</summary>
public sealed record HealthCheckRun
{
    internal HealthCheckRun(RunRecord run)
    {
        (Result, StartedAt, Duration) = (run.Result, run.StartedAt, run.Duration);
        (ErrorType, Reason) = (run.ErrorType, run.Reason);
        Observed = run.Verdict.Observations.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
    }

    /// <summary>Pass, warn or fail.</summary>
    public Result Result { get; }

    /// <summary>When it started, by the system's clock.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How long it took, all tries together.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Why it failed; null unless it did.</summary>
    public ErrorType? ErrorType { get; }

    /// <summary>Why it warned or failed, in words and without secrets; null after a pass.</summary>
    public string? Reason { get; }

    /// <summary>
    /// What it observed, by the names that the check's kind declares: texts, numbers, durations as <see cref="TimeSpan"/>, times.
    /// </summary>
    public IReadOnlyDictionary<string, object> Observed { get; }
}
