using HealthAgent.Checks;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>What a job sends of itself.</summary>
/// <param name="Result">How it ended; null when it started.</param>
/// <param name="Message">What it says, as it came; null for nothing.</param>
/// <param name="Duration">How long it took, where it says so.</param>
internal sealed record Heartbeat(Result? Result, string? Message, TimeSpan? Duration)
{
    /// <summary>The value that is how long the job took.</summary>
    public const string DurationName = "duration";

    /// <summary>The value that is what the job says.</summary>
    public const string MessageName = "message";

    /// <summary>The outcome of a job that ended.</summary>
    /// <param name="plan">Its check.</param>
    /// <param name="duration">How long it took; null where nobody knows.</param>
    /// <param name="at">When it came.</param>
    public RunRecord ToRecord(CheckPlan plan, TimeSpan? duration, DateTimeOffset at)
    {
        var observed = new Dictionary<string, object>(StringComparer.Ordinal);
        if (duration is { } known)
        {
            observed[DurationName] = known;
        }

        if (!string.IsNullOrWhiteSpace(Message))
        {
            observed[MessageName] = Message;
        }

        var latency = duration ?? TimeSpan.Zero;
        var verdict = Result switch
        {
            State.Result.Fail => CheckVerdict.OfException(
                plan, new CheckFailedException(ErrorType.Exec, Said("the job reports a failure"), observed), latency),
            State.Result.Warn =>
                CheckVerdict.Of(plan, HealthCheckResult.Degraded(Said("the job reports a warning"), data: observed), latency),
            _ => CheckVerdict.Of(plan, HealthCheckResult.Healthy(data: observed), latency),
        };
        return new RunRecord(verdict, at - latency, latency);
    }

    /// <summary>The outcome of a job of which nothing came in time.</summary>
    /// <param name="plan">Its check.</param>
    /// <param name="error">What was missed: a heartbeat, or the end of a job.</param>
    /// <param name="reason">The same in words.</param>
    /// <param name="at">When it was due at the latest.</param>
    public static RunRecord Missed(CheckPlan plan, ErrorType error, string reason, DateTimeOffset at) =>
        new(CheckVerdict.OfException(plan, new CheckFailedException(error, reason), TimeSpan.Zero), at, TimeSpan.Zero);

    private string Said(string otherwise) => string.IsNullOrWhiteSpace(Message) ? otherwise : Message;
}

/// <summary>What became of a heartbeat.</summary>
/// <param name="Answer">Whether it was taken.</param>
internal readonly record struct HeartbeatReceipt(HeartbeatAnswer Answer)
{
    /// <summary>When the next has to come at the latest; after a start, the end.</summary>
    public DateTimeOffset ExpectedBefore { get; init; }

    /// <summary>When the next may come, where it was too early.</summary>
    public TimeSpan RetryAfter { get; init; }
}

/// <summary>Whether a heartbeat was taken.</summary>
internal enum HeartbeatAnswer
{
    /// <summary>The snapshot has it; the start of a job is noted.</summary>
    Done,

    /// <summary>The configuration in force has no check of that name.</summary>
    UnknownCheck,

    /// <summary>The check is of another kind.</summary>
    OtherKind,

    /// <summary>There were too many.</summary>
    TooOften,

    /// <summary>The agent is stopping.</summary>
    Stopping,
}
