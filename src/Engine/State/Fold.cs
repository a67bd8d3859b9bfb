using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>The rules by which outcomes, time and other checks become a status. Pure.</summary>
internal static class Fold
{
    /// <summary>So many intervals without a run that ended make a check stale.</summary>
    public const int StaleAfter = 3;

    /// <summary>The state after one more outcome of a check that depends on no other, and the change of status if there was one.</summary>
    public static (CheckState State, Transition? Transition) Apply(CheckState state, Outcome outcome, Moment now) =>
        Settle(Observe(state, outcome, now), default, now);

    /// <summary>The state with one more outcome taken in, but its status not settled yet.</summary>
    public static CheckState Observe(CheckState state, Outcome outcome, Moment now)
    {
        var streak = state.Streak.With(outcome.Result);
        var verdict = Decide(state.Verdict, streak, state.Plan.FailureThreshold, state.Plan.SuccessThreshold);
        var flaps = state.Flaps.With(outcome.Result);
        return state with
        {
            Verdict = verdict,
            Flaps = flaps,
            IsFlapping = state.Maintenance is null ? flaps.IsFlapping(state.IsFlapping) : state.IsFlapping,
            HasVerdict = state.HasVerdict || verdict != CheckStatus.Unknown,
            Last = outcome,
            AwaitedSince = now.Uptime,
            Streak = streak,
            MissesSince = outcome.Result == Result.Pass ? null : state.MissesSince ?? outcome.Started.Uptime,
            Executions = state.Executions.With(outcome.Result, outcome.Judgement.ErrorType),
        };
    }

    /// <summary>
    /// The status that follows from the verdict and from what surrounds the check, and what is to be told of it. A check
    /// that is not run because of another, or has not run for long, has no status of its own, and starts anew afterwards.
    /// </summary>
    public static (CheckState State, Transition? Transition) Settle(CheckState state, Surroundings around, Moment now)
    {
        var suppressed = around.Cause is not null;
        var awaitedSince = suppressed || state.Cause is not null ? now.Uptime : state.AwaitedSince;
        var stale = IsStale(state.Plan, awaitedSince, now.Uptime);
        var anew = suppressed || stale;
        var status = anew ? CheckStatus.Unknown : state.Verdict;
        var next = state with
        {
            Status = status,
            Since = status == state.Status ? state.Since : now.At,
            Verdict = status,
            Streak = anew ? default : state.Streak,
            MissesSince = anew ? null : state.MissesSince,
            Cause = around.Cause,
            AwaitedSince = awaitedSince,
            IsStale = stale,
            Maintenance = around.Maintenance,
        };

        // Unknown is told only of a check that was run and no longer is, not of one that is about to have its first verdict.
        var silent = suppressed || around.InDoubt || around.Maintenance is not null || state.IsFlapping || (status == CheckStatus.Unknown && !stale);
        return silent || status == state.Told ? (next, null) : Tell(next, now);
    }

    /// <summary>Whether no run has ended for three intervals.</summary>
    public static bool IsStale(CheckState state, TimeSpan uptime) => IsStale(state.Plan, state.AwaitedSince, uptime);

    /// <summary>
    /// The verdict of a streak: <paramref name="failureThreshold"/> fails in a row make unhealthy,
    /// <paramref name="successThreshold"/> passes in a row make healthy, and warns make degraded like fails make
    /// unhealthy. A fail is also at least a warn: warns and fails by turns, none of them a pass, make degraded what
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

    private static bool IsStale(CheckPlan plan, TimeSpan awaitedSince, TimeSpan uptime) => uptime - awaitedSince > StaleAfter * plan.Interval;

    private static (CheckState State, Transition Transition) Tell(CheckState state, Moment now)
    {
        var errorType = state.IsStale ? null : state.Last?.Judgement.ErrorType;
        var transition = new Transition(state.Plan, state.Told, state.Status, now.At, now.Uptime - state.ToldAt, state.Explain(), errorType);
        return (state with { Told = state.Status, ToldAt = now.Uptime, Transitions = state.Transitions + 1 }, transition);
    }
}
