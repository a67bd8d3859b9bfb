using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>The rules by which outcomes, time and other checks become a status. Pure.</summary>
internal static class Fold
{
    /// <summary>So many intervals without a run that ended make a check stale.</summary>
    public const int StaleAfter = 3;

    /// <summary>The state with one more run taken in, but its status not settled yet.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="run">The run.</param>
    /// <param name="started">When it started, on the steady clock.</param>
    /// <param name="now">The moment now.</param>
    public static CheckState Observe(CheckState state, RunRecord run, DateTime started, Moment now)
    {
        var streak = state.Streak.With(run.Result);
        var verdict = Decide(state.Verdict, streak, state.Plan.FailureThreshold, state.Plan.SuccessThreshold);
        var flaps = state.Flaps.With(run.Result);
        return state with
        {
            Verdict = verdict,
            Flaps = flaps,
            IsFlapping = state.Maintenance is null ? flaps.IsFlapping(state.IsFlapping) : state.IsFlapping,
            HasVerdict = state.HasVerdict || verdict != CheckStatus.Unknown,
            Last = run,
            LastStarted = started,
            AwaitedSince = now.Steady,
            Streak = streak,
            MissesSince = run.Result == Result.Pass ? null : state.MissesSince ?? started,
            Executions = state.Executions.With(run.Result, run.ErrorType),
        };
    }

    /// <summary>
    /// The status that follows from the verdict and from what surrounds the check, and what is to be reported of it. A check
    /// that is not run because of another, or has not run for long, has no status of its own, and starts over afterwards.
    /// </summary>
    public static (CheckState State, Transition? Transition) Settle(CheckState state, DependencyContext around, Moment now)
    {
        var suppressed = around.SuppressedBy is not null;
        var awaitedSince = suppressed || state.SuppressedBy is not null ? now.Steady : state.AwaitedSince;
        var stale = IsStale(state.Plan, awaitedSince, now.Steady);
        var startsOver = suppressed || stale;
        var status = startsOver ? CheckStatus.Unknown : state.Verdict;
        var next = state with
        {
            Status = status,
            Since = status == state.Status ? state.Since : now.At,
            Verdict = status,
            Streak = startsOver ? default : state.Streak,
            MissesSince = startsOver ? null : state.MissesSince,
            // Why it is not run is a verdict too: a start does not wait for what is down to come back.
            HasVerdict = state.HasVerdict || suppressed,
            SuppressedBy = around.SuppressedBy,
            AwaitedSince = awaitedSince,
            IsStale = stale,
            Maintenance = around.Maintenance,
        };

        // Unknown is reported only of a check that was run and no longer is, not of one that is about to have its first verdict.
        var silent = suppressed || around.InDoubt || around.Maintenance is not null || state.IsFlapping
            || (status == CheckStatus.Unknown && !stale);
        return silent || status == state.LastReportedStatus ? (next, null) : Report(next, now);
    }

    /// <summary>Whether no run has ended for three intervals.</summary>
    public static bool IsStale(CheckState state, Moment now) => IsStale(state.Plan, state.AwaitedSince, now.Steady);

    /// <summary>
    /// The verdict of a streak: <paramref name="failureThreshold"/> fails in a row make unhealthy,
    /// <paramref name="successThreshold"/> passes in a row make healthy, and warns make degraded like fails make
    /// unhealthy. A fail is also at least a warn: warns and fails alternately, none of them a pass, make degraded what
    /// was not unhealthy. Anything less leaves the verdict as it was.
    /// </summary>
    internal static CheckStatus Decide(CheckStatus verdict, Streak streak, int failureThreshold, int successThreshold)
    {
        if (streak.Fails >= failureThreshold)
        {
            return CheckStatus.Unhealthy;
        }

        if (streak.Passes >= successThreshold)
        {
            return CheckStatus.Healthy;
        }

        var degraded = streak.Warns >= failureThreshold || (streak.Misses >= failureThreshold && verdict != CheckStatus.Unhealthy);
        return degraded ? CheckStatus.Degraded : verdict;
    }

    private static bool IsStale(CheckPlan plan, DateTime awaitedSince, DateTime steady) =>
        steady - awaitedSince > (StaleAfter * plan.Interval) + (plan.Heartbeat?.Grace ?? TimeSpan.Zero);

    private static (CheckState State, Transition Transition) Report(CheckState state, Moment now)
    {
        var errorType = state.IsStale ? null : state.Last?.ErrorType;
        var lasted = now.Steady - state.LastReportedAt;
        var transition = new Transition(state.Plan, state.LastReportedStatus, state.Status, now.At, lasted, state.Explain(), errorType);
        var next = state with { LastReportedStatus = state.Status, LastReportedAt = now.Steady, Transitions = state.Transitions + 1 };
        return (next, transition);
    }
}
