namespace HealthAgent.Scheduling;

/// <summary>Heartbeats: what jobs send of themselves, and what it means when nothing comes.</summary>
internal sealed partial class Scheduler
{
    private const int BurstOfBeats = 10;
    private static readonly TimeSpan PeriodOfBeats = TimeSpan.FromSeconds(1);

    /// <summary>Takes a heartbeat: an outcome is folded in like that of a run.</summary>
    public HeartbeatReceipt Beat(string check, Heartbeat beat)
    {
        if (!store.Current.Index.Positions.TryGetValue(check, out var position))
        {
            return new HeartbeatReceipt(HeartbeatAnswer.UnknownCheck);
        }

        var (scheduled, now) = (_agenda.Checks[position], clock.Uptime);
        if (scheduled.Plan.Heartbeat is null)
        {
            return new HeartbeatReceipt(HeartbeatAnswer.OtherKind);
        }

        var pace = scheduled.Beats ??= new Pace(BurstOfBeats, PeriodOfBeats);
        if (pace.TryTake(now) is var wait && wait > TimeSpan.Zero)
        {
            return new HeartbeatReceipt(HeartbeatAnswer.TooOften) { RetryAfter = wait };
        }

        if (beat.Result is null)
        {
            // Of several starts without an end, the first counts: a job that crashes again and again never ends.
            scheduled.JobStartedAt ??= now;
        }
        else
        {
            var duration = beat.Duration ?? (scheduled.JobStartedAt is { } started ? now - started : null);
            scheduled.JobStartedAt = null;
            Fold(scheduled.Position, beat.ToRecord(scheduled.Plan, duration, clock.Now.At));
        }

        var deadline = Await(scheduled);
        return new HeartbeatReceipt(HeartbeatAnswer.Done) { ExpectedBefore = clock.Now.At + (deadline - clock.Uptime) };
    }

    /// <summary>Begins to wait for the heartbeats of checks that are new.</summary>
    private void AwaitHeartbeats()
    {
        foreach (var scheduled in _agenda.Checks.Where(static check => check is { Plan.Heartbeat: not null, Due.Ticks: 0 }))
        {
            Await(scheduled);
        }
    }

    /// <summary>A heartbeat is due at the latest, unless something changed since.</summary>
    private void Expect(ScheduledCheck scheduled)
    {
        if (Deadline(scheduled) <= clock.Uptime)
        {
            var (error, reason) = Explain(scheduled);
            scheduled.JobStartedAt = null;
            Fold(scheduled.Position, Heartbeat.Missed(scheduled.Plan, error, reason, clock.Now.At));
        }

        Await(scheduled);
    }

    private TimeSpan Await(ScheduledCheck scheduled)
    {
        var deadline = Deadline(scheduled);
        _agenda.Enqueue(scheduled, deadline);
        return deadline;
    }

    private TimeSpan Deadline(ScheduledCheck scheduled)
    {
        var (plan, now, state) = (scheduled.Plan, clock.Uptime, store.Current.Checks[scheduled.Position]);
        if (scheduled.JobStartedAt is { } started)
        {
            return started + plan.Timeout;
        }

        var patience = plan.Interval + plan.Heartbeat!.Grace;
        if (state.SuppressedBy is not null)
        {
            return now + patience;
        }

        // While the agent was not running, none could come: after its start there is the grace at the least.
        return Units.Longer(now + (state.AwaitedSince + patience - clock.Now.Steady), plan.Heartbeat.Grace);
    }

    private (ErrorType Error, string Reason) Explain(ScheduledCheck scheduled)
    {
        var (plan, state, now) = (scheduled.Plan, store.Current.Checks[scheduled.Position], clock.Now);
        if (scheduled.JobStartedAt is not null)
        {
            return (ErrorType.Timeout, $"the job has not finished within {Units.Format(plan.Timeout)} of its start");
        }

        var expected = $"one is expected every {Units.Format(plan.Interval)}, with a grace of {Units.Format(plan.Heartbeat!.Grace)}";
        var since = state.Last is null ? "no heartbeat yet" : $"no heartbeat for {Units.Format(now.Steady - state.AwaitedSince)}";
        var lost = state.Last is { } last && last.CompletedAt < store.Current.StartedAt
            ? $"; the agent did not run until {Units.Format(clock.Uptime)} ago, and one that came before is lost"
            : "";
        return (ErrorType.MissedHeartbeat, $"{since}; {expected}{lost}");
    }
}
