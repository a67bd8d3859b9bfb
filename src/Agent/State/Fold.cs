namespace HealthAgent.State;

/// <summary>The rule by which outcomes become a status. Pure.</summary>
internal static class Fold
{
    /// <summary>The state after one more outcome, and the change of status if there was one.</summary>
    public static (CheckState State, Transition? Transition) Apply(CheckState state, Outcome outcome, DateTimeOffset now)
    {
        var streak = state.Streak.With(outcome.Result);
        var status = Decide(state.Status, streak, state.Plan.FailureThreshold, state.Plan.SuccessThreshold);
        var changed = status != state.Status;
        var next = state with
        {
            Status = status,
            Since = changed ? now : state.Since,
            HasVerdict = state.HasVerdict || status != CheckStatus.Unknown,
            Last = outcome,
            Streak = streak,
            Executions = state.Executions.With(outcome.Result, outcome.Judgement.ErrorType),
            Transitions = state.Transitions + (changed ? 1 : 0),
        };
        return (next, changed ? new Transition(state.Plan, state.Status, status, now, now - state.Since, outcome) : null);
    }

    /// <summary>
    /// The verdict of a streak: <paramref name="failureThreshold"/> fails in a row make unhealthy,
    /// <paramref name="successThreshold"/> passes in a row make healthy, and warns make degraded like fails make
    /// unhealthy. A fail is also at least a warn: warns and fails by turns, none of them a pass, make degraded what
    /// was not unhealthy. Anything less leaves the status as it was.
    /// </summary>
    internal static CheckStatus Decide(CheckStatus status, Streak streak, int failureThreshold, int successThreshold)
    {
        if (streak.Fails >= failureThreshold)
        {
            return CheckStatus.Unhealthy;
        }

        if (streak.Passes >= successThreshold)
        {
            return CheckStatus.Healthy;
        }

        var degraded = streak.Warns >= failureThreshold || (streak.Misses >= failureThreshold && status != CheckStatus.Unhealthy);
        return degraded ? CheckStatus.Degraded : status;
    }
}
