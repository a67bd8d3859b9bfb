using HealthAgent.Planning;

namespace HealthAgent.Scheduling;

/// <summary>All checks by when they are due: one queue. Touched by the scheduling loop only; times are on the agent's clock.</summary>
internal sealed class Agenda(Random random)
{
    // Entries beyond two per check and these are looked through for those that no longer count.
    private const int Spare = 64;

    // The entry of a check that was brought forward since stays in the queue and is passed over.
    private readonly PriorityQueue<ScheduledCheck, TimeSpan> _queue = new();
    private ScheduledCheck[] _checks = [];

    /// <summary>All checks, in the order of their plans.</summary>
    public IReadOnlyList<ScheduledCheck> Checks => _checks;

    /// <summary>How many entries the queue holds, those that no longer count included.</summary>
    public int Entries => _queue.Count;

    /// <summary>When the next one is due; null when there is none.</summary>
    public TimeSpan? NextDue => _queue.TryPeek(out _, out var due) ? due : null;

    /// <summary>
    /// Takes another set of plans. Checks whose plan is the very same keep their phase and what they are about to do; the
    /// others begin soon.
    /// </summary>
    /// <returns>The checks that are no longer part of it.</returns>
    public IReadOnlyCollection<ScheduledCheck> Replace(IReadOnlyList<CheckPlan> plans, TimeSpan now)
    {
        var old = new Dictionary<CheckPlan, ScheduledCheck>(
            _checks.Select(check => KeyValuePair.Create(check.Plan, check)), ReferenceEqualityComparer.Instance);
        var (checks, fresh) = (new ScheduledCheck[plans.Count], 0);
        foreach (var (position, plan) in plans.Index())
        {
            if (old.Remove(plan, out var kept))
            {
                kept.Position = position;
                checks[position] = kept;
            }
            else
            {
                checks[position] = new ScheduledCheck(plan, position, phase: now + (plan.Interval * random.NextDouble()));
                if (!plan.IsPassive)
                {
                    Enqueue(checks[position], now + Schedule.First(fresh++, plan.Interval));
                }
            }
        }

        _checks = checks;
        foreach (var gone in old.Values)
        {
            gone.IsRetired = true;
        }

        if (old.Count > 0)
        {
            // They would be held until they are due, which may be in a day.
            DropEntriesThatNoLongerCount();
        }

        return old.Values;
    }

    /// <summary>Takes a check that is due and not running; null when there is none.</summary>
    public ScheduledCheck? TakeDue(TimeSpan now)
    {
        while (_queue.TryPeek(out var next, out var due) && due <= now)
        {
            _queue.Dequeue();
            if (due == next.Due && !next.IsRunning && !next.IsRetired)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Plans the next start: at the regular time, or soon after now when that is earlier.</summary>
    public void PlanNext(ScheduledCheck scheduled, bool soon, TimeSpan now)
    {
        var regular = Schedule.Next(scheduled.Phase, scheduled.Plan.Interval, now);
        var early = now + scheduled.Plan.RetryInterval;
        Enqueue(scheduled, soon && early < regular ? early : regular);
    }

    /// <summary>Makes a check due now, unless it is so already or is running.</summary>
    public void BringForward(ScheduledCheck scheduled, TimeSpan now)
    {
        if (!scheduled.IsRunning && !scheduled.Plan.IsPassive && scheduled.Due > now)
        {
            Enqueue(scheduled, now);
        }
    }

    /// <summary>Makes a check due at a time, which may have passed.</summary>
    public void Enqueue(ScheduledCheck scheduled, TimeSpan due)
    {
        scheduled.Due = due;
        _queue.Enqueue(scheduled, due);
        if (_queue.Count > (2 * _checks.Length) + Spare)
        {
            DropEntriesThatNoLongerCount();
        }
    }

    private void DropEntriesThatNoLongerCount()
    {
        var counting = _queue.UnorderedItems
            .Where(static entry => entry.Priority == entry.Element.Due && !entry.Element.IsRetired).ToList();
        _queue.Clear();
        _queue.EnqueueRange(counting);
    }
}
