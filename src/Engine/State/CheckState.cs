using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>All that is known of one check at one moment. Immutable; <see cref="Fold"/> makes the next.</summary>
internal sealed record CheckState
{
    /// <summary>What the check is.</summary>
    public required CheckPlan Plan { get; init; }

    /// <summary>What is believed of it: its verdict, or unknown where that may not be relied on.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>Since when that is believed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What its outcomes alone amount to.</summary>
    public CheckStatus Verdict { get; init; }

    /// <summary>Whether there ever was a verdict, or why there is none.</summary>
    public bool HasVerdict { get; init; }

    /// <summary>The unhealthy check because of which this one is not run; null when it is run.</summary>
    public string? SuppressedBy { get; init; }

    /// <summary>The maintenance window that is open for it: it is run, but neither reported nor part of roll-ups.</summary>
    public string? Maintenance { get; init; }

    /// <summary>
    /// Since when a run is awaited, on the steady clock: from the last that ended, or else from the start, or from when the check that
    /// it depends on recovered.
    /// </summary>
    public required DateTime AwaitedSince { get; init; }

    /// <summary>Whether no run has ended for so long that nothing is known any more.</summary>
    public bool IsStale { get; init; }

    /// <summary>The latest run, if any.</summary>
    public RunRecord? Last { get; init; }

    /// <summary>When the latest run started, on the steady clock.</summary>
    public DateTime LastStarted { get; init; }

    /// <summary>How many of the latest outcomes agree.</summary>
    public Streak Streak { get; init; }

    /// <summary>
    /// When, on the steady clock, the first of the latest outcomes began that were no pass; null when the latest was one.
    /// </summary>
    public DateTime? MissesSince { get; init; }

    /// <summary>How its latest outcomes changed.</summary>
    public FlapHistory Flaps { get; init; }

    /// <summary>Whether its outcomes change so often that single changes of its status are not reported.</summary>
    public bool IsFlapping { get; init; }

    /// <summary>How often runs ended how.</summary>
    public ExecutionCounts Executions { get; init; } = ExecutionCounts.None;

    /// <summary>The status that the latest event reported; changes that were not reported have no event.</summary>
    public CheckStatus LastReportedStatus { get; init; }

    /// <summary>When that was, on the steady clock.</summary>
    public required DateTime LastReportedAt { get; init; }

    /// <summary>How many changes of status were reported.</summary>
    public long Transitions { get; init; }

    /// <summary>Whether the latest outcome speaks against the status, so that the next run should come soon.</summary>
    public bool IsContradicted => Last is { Result: var result } && result switch
    {
        Result.Pass => Status != CheckStatus.Healthy,
        Result.Warn => Status != CheckStatus.Degraded,
        _ => Status != CheckStatus.Unhealthy,
    };

    /// <summary>Why it is as it is, in words; null where there is nothing to say.</summary>
    public string? Explain() => this switch
    {
        { SuppressedBy: { } root } => $"not run, because {root} is unhealthy",
        { IsStale: true } => $"no run has ended for {Fold.StaleAfter} intervals",
        { Status: CheckStatus.Unknown } => $"no verdict yet{(Last?.Reason is { } sofar ? ": " + sofar : "")}",
        _ => Last?.Reason,
    };

    /// <summary>A check that has not run yet.</summary>
    public static CheckState Initial(CheckPlan plan, Moment now) =>
        new() { Plan = plan, Status = CheckStatus.Unknown, Since = now.At, AwaitedSince = now.Steady, LastReportedAt = now.Steady };

    /// <summary>
    /// The check under a plan with other credentials: its status stays until the next verdict, for which earlier outcomes do not count.
    /// </summary>
    public CheckState WithCredentialsOf(CheckPlan plan, Moment now) => this with
    {
        Plan = plan,
        // A job's credentials are not the agent's: what it has to do by when stays.
        AwaitedSince = plan.Heartbeat is null ? now.Steady : AwaitedSince,
        Streak = default,
        MissesSince = null,
    };

    /// <summary>The check under a changed plan: it starts over, but its counters go on, as a counter never falls.</summary>
    public CheckState Reset(CheckPlan plan, Moment now) => Initial(plan, now) with { Executions = Executions, Transitions = Transitions };
}

/// <summary>A change of status that is reported; it becomes exactly one event.</summary>
/// <param name="Plan">The check.</param>
/// <param name="From">The status that was reported before.</param>
/// <param name="To">The status now.</param>
/// <param name="At">When it changed.</param>
/// <param name="Lasted">How long the previous status lasted.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="ErrorType">Why, for what is unhealthy.</param>
internal sealed record Transition(
    CheckPlan Plan, CheckStatus From, CheckStatus To, DateTimeOffset At, TimeSpan Lasted, string? Reason, ErrorType? ErrorType);
