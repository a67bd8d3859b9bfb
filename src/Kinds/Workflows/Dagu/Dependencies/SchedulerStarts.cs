namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>
/// Counts how often schedulers were started again on the same host. A rolling upgrade starts one on each, or on new hosts; a crash loop
/// starts many on one.
/// </summary>
internal sealed class SchedulerStarts(TimeProvider clock)
{
    private const int MostHosts = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);

    /// <summary>Notes the schedulers listed; returns the most restarts of a host in the last ten minutes, and that host.</summary>
    public (int Restarts, string? Host) Note(IReadOnlyList<DaguService> schedulers)
    {
        var now = clock.GetTimestamp();
        foreach (var listed in schedulers.GroupBy(static scheduler => scheduler.Host ?? "", StringComparer.Ordinal))
        {
            var starts = listed.Select(static scheduler => $"{scheduler.InstanceId} {scheduler.StartedAt}")
                .ToHashSet(StringComparer.Ordinal);
            if (!_hosts.TryGetValue(listed.Key, out var host))
            {
                _hosts[listed.Key] = new Host { Seen = starts, At = now };
                continue;
            }

            host.Restarts.AddRange(starts.Where(start => !host.Seen.Contains(start)).Select(_ => now));
            (host.Seen, host.At) = (starts, now);
        }

        Forget(now);
        return _hosts.Select(static host => (host.Value.Restarts.Count, (string?)host.Key))
            .DefaultIfEmpty()
            .MaxBy(static host => host.Count);
    }

    private void Forget(long now)
    {
        foreach (var (name, host) in _hosts)
        {
            host.Restarts.RemoveAll(at => clock.GetElapsedTime(at, now) > Window);
            if (clock.GetElapsedTime(host.At, now) > Window || _hosts.Count > MostHosts)
            {
                _hosts.Remove(name);
            }
        }
    }

    private sealed class Host
    {
        public required HashSet<string> Seen { get; set; }

        public required long At { get; set; }

        public List<long> Restarts { get; } = [];
    }
}
