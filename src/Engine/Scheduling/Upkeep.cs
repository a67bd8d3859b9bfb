using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>Once a second: time makes checks stale and opens and closes windows.</summary>
internal sealed class Upkeep(StateStore store, SchedulerPulse pulse, AgentClock clock)
{
    private TimeSpan _doneAt;

    /// <summary>The schedule begins.</summary>
    public void Begin() => _doneAt = clock.Uptime;

    /// <summary>
    /// Lets the snapshot's time move on when a second passed. Checks that wait for a slot are not to blame, and do not become stale.
    /// </summary>
    /// <param name="checks">All checks.</param>
    /// <param name="running">How many runs are under way.</param>
    public Consequences? Refresh(IReadOnlyList<ScheduledCheck> checks, int running)
    {
        var now = clock.Uptime;
        if (now - _doneAt < Sleep.Longest)
        {
            return null;
        }

        _doneAt = now;
        var states = store.Current.Checks;
        var waiting = checks.Where(check => check is { IsRunning: false, Plan.IsPassive: false } && check.Due < now
            && states[check.Position].SuppressedBy is null).ToList();
        pulse.Backlog = new Backlog(waiting.Count, now - waiting.Select(check => check.Due).DefaultIfEmpty(now).Min(), running);
        return store.Refresh(waiting.ConvertAll(check => check.Position));
    }
}
