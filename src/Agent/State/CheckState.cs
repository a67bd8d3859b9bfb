using HealthAgent.Checks;

namespace HealthAgent.State;

/// <summary>All that is known of one check at one moment. Immutable; <see cref="Fold"/> makes the next.</summary>
internal sealed record CheckState
{
    /// <summary>What the check is.</summary>
    public required CheckPlan Plan { get; init; }

    /// <summary>What is believed of it.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>Since when that is believed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether there ever was a verdict.</summary>
    public bool HasVerdict { get; init; }

    /// <summary>The latest run, if any.</summary>
    public Outcome? Last { get; init; }

    /// <summary>How many of the latest outcomes agree.</summary>
    public Streak Streak { get; init; }

    /// <summary>How often runs ended how.</summary>
    public ExecutionCounts Executions { get; init; } = ExecutionCounts.None;

    /// <summary>How often the status changed.</summary>
    public long Transitions { get; init; }

    /// <summary>Whether the latest outcome speaks against the status, so that the next run should come soon.</summary>
    public bool IsContradicted => Last is { Result: var result } && result switch
    {
        Result.Pass => Status != CheckStatus.Healthy,
        Result.Warn => Status != CheckStatus.Degraded,
        _ => Status != CheckStatus.Unhealthy,
    };

    /// <summary>A check that has not run yet.</summary>
    public static CheckState Initial(CheckPlan plan, DateTimeOffset now) => new() { Plan = plan, Status = CheckStatus.Unknown, Since = now };
}

/// <summary>A change of status; it becomes exactly one event.</summary>
/// <param name="Plan">The check.</param>
/// <param name="From">The status before.</param>
/// <param name="To">The status now.</param>
/// <param name="At">When it changed.</param>
/// <param name="Lasted">How long the former status lasted.</param>
/// <param name="Cause">The outcome that made the verdict.</param>
internal sealed record Transition(CheckPlan Plan, CheckStatus From, CheckStatus To, DateTimeOffset At, TimeSpan Lasted, Outcome Cause);
