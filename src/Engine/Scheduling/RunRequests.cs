using HealthAgent.Explanation;
using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>
/// The runs that somebody asks for beside the schedule. One who asks gets a run that starts after he asked; those who ask until it has
/// ended share it. It goes through the same admission as any run. Touched by the scheduler only; times are on the agent's clock.
/// </summary>
internal sealed class RunRequests
{
    // What one caller may do to one target, and to all.
    private const int BurstOfCheck = 3;
    private const int BurstOfAll = 30;
    private static readonly TimeSpan PeriodOfCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PeriodOfAll = TimeSpan.FromSeconds(1);

    private readonly Pace _all = new(BurstOfAll, PeriodOfAll);
    private bool _isStopping;

    /// <summary>The place of a caller in the run of a check: one that was asked for already, or a new one that has to be started.</summary>
    /// <param name="check">The check.</param>
    /// <param name="state">How it is.</param>
    /// <param name="order">What the caller wants.</param>
    /// <param name="now">The time.</param>
    public RunTicket Ask(ScheduledCheck check, CheckState state, RunOrder order, TimeSpan now)
    {
        if (_isStopping)
        {
            return RunTicket.Refused(new RequestedRun(RunAnswer.Stopping));
        }

        if (check.Plan.IsPassive)
        {
            return RunTicket.Refused(new RequestedRun(RunAnswer.Passive) { Plan = check.Plan });
        }

        if (state.SuppressedBy is not null)
        {
            return RunTicket.Refused(Suppressed(state));
        }

        if ((check.Serving ?? check.Requested) is { } shared)
        {
            return new RunTicket(shared.Done, IsShared: true);
        }

        if (order.IsLimited && Wait(check, now) is var wait && wait > TimeSpan.Zero)
        {
            return RunTicket.Refused(new RequestedRun(RunAnswer.TooOften) { RetryAfter = wait });
        }

        check.Requested = new RunRequest(order.IsExplained ? new RunExplanation() : null);
        return new RunTicket(check.Requested.Done, IsShared: false);
    }

    /// <summary>The check is not run, because of another one.</summary>
    public static void Suppress(ScheduledCheck check, CheckState state) => Refuse(check, Suppressed(state));

    /// <summary>The check was changed or removed.</summary>
    public static void Replace(ScheduledCheck check) => Refuse(check, new RequestedRun(RunAnswer.Replaced));

    /// <summary>The run that is served has ended, and is folded in.</summary>
    public static void Complete(ScheduledCheck check, RunRecord record, CheckState state)
    {
        check.Serving?.Complete(new RequestedRun(RunAnswer.Done)
        {
            Plan = check.Plan,
            Record = record,
            Explanation = check.Explanation?.Complete(check.Plan.Redactor),
            State = state,
        });
        check.Serving = null;
    }

    /// <summary>Starts no more, and refuses the runs that wait for their start.</summary>
    public void Stop(IEnumerable<ScheduledCheck> checks)
    {
        _isStopping = true;
        foreach (var check in checks)
        {
            check.Requested?.Complete(new RequestedRun(RunAnswer.Stopping));
            check.Requested = null;
        }
    }

    /// <summary>The run that is served was cut short, since the agent is stopping.</summary>
    public static void Cut(ScheduledCheck check) => Refuse(check, new RequestedRun(RunAnswer.Stopping));

    private TimeSpan Wait(ScheduledCheck check, TimeSpan now)
    {
        var own = check.Pace ??= new Pace(BurstOfCheck, PeriodOfCheck);
        var wait = Units.Longer(own.Wait(now), _all.Wait(now));
        if (wait == TimeSpan.Zero)
        {
            own.Take(now);
            _all.Take(now);
        }

        return wait;
    }

    private static RequestedRun Suppressed(CheckState state) =>
        new(RunAnswer.Suppressed) { Plan = state.Plan, Cause = state.SuppressedBy };

    private static void Refuse(ScheduledCheck check, RequestedRun answer)
    {
        check.Requested?.Complete(answer);
        check.Serving?.Complete(answer);
        (check.Requested, check.Serving) = (null, null);
    }
}

/// <summary>How a caller wants a run.</summary>
/// <param name="IsExplained">Whether it is explained; a run that is shared is as the first caller wants it.</param>
/// <param name="IsLimited">Whether there may be only so many.</param>
internal readonly record struct RunOrder(bool IsExplained, bool IsLimited);
