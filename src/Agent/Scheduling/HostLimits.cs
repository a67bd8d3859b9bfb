namespace HealthAgent.Scheduling;

/// <summary>
/// How many runs there may be at once to one host, so that a host that hangs holds up its own checks and no others, and no
/// host is stormed. Touched by the scheduling loop only.
/// </summary>
internal sealed class HostLimits
{
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a place for a run; false when there is none, and the check is then given one in its turn.</summary>
    public bool TryEnter(ScheduledCheck scheduled, int limit)
    {
        if (scheduled.Plan.Host is not { } name || scheduled.HasPlace)
        {
            return true;
        }

        if (!_hosts.TryGetValue(name, out var host))
        {
            _hosts[name] = host = new Host();
        }

        if (host.Running >= limit)
        {
            host.Waiting.Enqueue(scheduled);
            return false;
        }

        host.Running++;
        return scheduled.HasPlace = true;
    }

    /// <summary>Gives the place back, if it has one.</summary>
    /// <returns>The check that has waited the longest, and has the place now; null when none does.</returns>
    public ScheduledCheck? Leave(ScheduledCheck scheduled)
    {
        if (!scheduled.HasPlace)
        {
            return null;
        }

        scheduled.HasPlace = false;
        var host = _hosts[scheduled.Plan.Host!];
        if (host.Waiting.TryDequeue(out var next))
        {
            next.HasPlace = true;
            return next;
        }

        if (--host.Running == 0)
        {
            _hosts.Remove(scheduled.Plan.Host!);
        }

        return null;
    }

    private sealed class Host
    {
        public int Running { get; set; }

        public Queue<ScheduledCheck> Waiting { get; } = [];
    }
}
