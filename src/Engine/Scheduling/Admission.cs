using HealthAgent.Planning;

namespace HealthAgent.Scheduling;

/// <summary>
/// Which checks may run at once: so many in all, so many per host, and of those that did not answer in their last run only a
/// part, so that what answers finds a slot. Those in line are called by how lately their host answered, and every fourth time by
/// how long they wait. Touched by the scheduler only; times are on the agent's clock.
/// </summary>
internal sealed class Admission
{
    // So that nobody waits for ever.
    private const int CallsByWait = 4;

    private readonly Dictionary<string, Line> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Line _all = new();
    private readonly Line _unanswered = new();
    private readonly HashSet<Line> _changed = [];
    private int _calls;
    private int _perHost;

    /// <summary>How many runs are under way.</summary>
    public int Running => _all.Running;

    /// <summary>How many hosts are known.</summary>
    public int Hosts => _hosts.Count;

    /// <summary>Whether there is a slot for somebody in line.</summary>
    public bool CanCall => !_all.IsFull && _changed.Any(static line => line.Callable > 0);

    /// <summary>Takes the limits of a configuration. What runs already goes on, also beyond them.</summary>
    public void Limit(AgentPlan plan)
    {
        _perHost = plan.ConcurrencyPerHost;
        _all.Slots = plan.Concurrency;
        _unanswered.Slots = Math.Max(1, plan.Concurrency * 3 / 4);
        var named = plan.Checks.Select(check => check.Host).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var gone in _hosts.Where(pair => pair.Value is { Running: 0, Waiting.Count: 0 } && !named.Contains(pair.Key)).ToList())
        {
            _hosts.Remove(gone.Key);
        }

        foreach (var host in _hosts.Values)
        {
            host.Slots = _perHost;
        }

        _changed.UnionWith(_hosts.Values.Append(_all).Append(_unanswered).Where(static line => line.Waiting.Count > 0));
    }

    /// <summary>Takes a slot for a run; false when there is none for this check, which then waits in line until it is called.</summary>
    public bool TryEnter(ScheduledCheck check)
    {
        if (check.Plan.Host is { } host)
        {
            check.Host ??= LineOf(host);
        }

        Line[] lines = [.. LinesOf(check)];
        if (Array.Find(lines, static line => line.IsFull) is { } full)
        {
            full.Waiting.Add(check);
            return false;
        }

        check.Slots = lines;
        foreach (var line in lines)
        {
            line.Running++;
        }

        return true;
    }

    /// <summary>Gives back the slot of a run that ended, and notes whether it was answered.</summary>
    public void Leave(ScheduledCheck check, bool answered, TimeSpan now)
    {
        foreach (var line in check.Slots)
        {
            line.Running--;
            if (line.Waiting.Count > 0)
            {
                _changed.Add(line);
            }
        }

        check.Slots = [];
        check.AnsweredAt = answered ? now : null;
        if (answered && check.Host is { } host)
        {
            host.AnsweredAt = now;
        }
    }

    /// <summary>Those in line for whom there may be slots now.</summary>
    public IReadOnlyList<ScheduledCheck> Call()
    {
        var called = new List<ScheduledCheck>();
        foreach (var line in _changed)
        {
            for (var free = line.Callable; free > 0; free--)
            {
                var next = Next(line.Waiting);
                line.Waiting.Remove(next);
                called.Add(next);
            }
        }

        _changed.RemoveWhere(static line => line.Waiting.Count == 0);
        return called;
    }

    /// <summary>One that probably answers, since it holds its slot for a moment only; or one that waits the longest.</summary>
    private ScheduledCheck Next(List<ScheduledCheck> waiting)
    {
        var byWait = ++_calls % CallsByWait == 0;
        return waiting.MinBy(check => byWait ? (default, check.Due) : (-LastAnswer(check), check.Due))!;
    }

    private static TimeSpan LastAnswer(ScheduledCheck check)
    {
        var (own, host) = (check.AnsweredAt ?? TimeSpan.Zero, check.Host?.AnsweredAt ?? TimeSpan.Zero);
        return own > host ? own : host;
    }

    private IEnumerable<Line> LinesOf(ScheduledCheck check)
    {
        if (check.AnsweredAt is null)
        {
            yield return _unanswered;
        }

        if (check.Host is { } host)
        {
            yield return host;
        }

        yield return _all;
    }

    private Line LineOf(string host)
    {
        if (!_hosts.TryGetValue(host, out var line))
        {
            _hosts[host] = line = new Line { Slots = _perHost };
        }

        return line;
    }

    /// <summary>The slots of one kind, and the checks that wait for one.</summary>
    internal sealed class Line
    {
        public int Slots { get; set; }

        public int Running { get; set; }

        /// <summary>When the host last answered a run.</summary>
        public TimeSpan? AnsweredAt { get; set; }

        public List<ScheduledCheck> Waiting { get; } = [];

        public bool IsFull => Running >= Slots;

        public int Callable => Math.Min(Slots - Running, Waiting.Count);
    }
}
