namespace HealthAgent.Scheduling;

/// <summary>Runs that are on no schedule: nothing is kept of them.</summary>
internal sealed partial class Admission
{
    /// <summary>Takes a check out of the queue that it waits in.</summary>
    public void Withdraw(ScheduledCheck check)
    {
        _all.Waiting.Remove(check);
        _suspects.Waiting.Remove(check);
        check.Host?.Waiting.Remove(check);
        Forget(check);
    }

    /// <summary>Forgets the host of a check that does not run again, unless others need it.</summary>
    public void Forget(ScheduledCheck check)
    {
        if (check is { Host: { Running: 0, Waiting.Count: 0 } queue, Plan.Host: { } host } && !_named.Contains(host))
        {
            _hosts.Remove(host);
            _changed.Remove(queue);
        }
    }
}
