using HealthAgent.Planning;

namespace HealthAgent.Scheduling;

/// <summary>
/// Which checks may run at once: so many in all, so many per host, and of those that may hang only a part, so that a check that
/// answers always finds a slot. Touched by the scheduler only; times are on the agent's clock.
/// </summary>
/// <remarks>
/// Those that <see cref="Trust"/> does not have may hang, and so may runs that take much longer than they used to. When these are more
/// than their part, because many that were trusted hang at once, nobody is trusted until it answers again. Those in the queue are called by
/// how likely they are to answer, and every fourth time by how long they wait.
/// </remarks>
internal sealed partial class Admission
{
    // So that nobody waits for ever.
    private const int CallsByWait = 4;

    // A run is not suspected before.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, AdmissionQueue> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly AdmissionQueue _all = new();
    private readonly AdmissionQueue _suspects = new();
    private readonly HashSet<AdmissionQueue> _changed = [];

    // When the runs of trusted checks become suspect. What ended before stays in the queue and is passed over.
    private readonly PriorityQueue<(ScheduledCheck Check, TimeSpan Started), TimeSpan> _trusted = new();
    private readonly Trust _trust = new();
    private HashSet<string> _named = [];
    private bool _hostAnswers;
    private int _calls;
    private int _perHost;

    /// <summary>How many runs are under way.</summary>
    public int Running => _all.Running;

    /// <summary>How many hosts are known.</summary>
    public int Hosts => _hosts.Count;

    /// <summary>Whether there is a slot for a check in the queue.</summary>
    public bool CanCall => !_all.IsFull && (_hostAnswers || _changed.Any(static queue => queue.Callable > 0));

    /// <summary>Takes the limits of a configuration. What runs already goes on, also beyond them.</summary>
    public void Limit(AgentPlan plan)
    {
        _perHost = plan.ConcurrencyPerHost;
        _all.Slots = plan.Concurrency;
        _suspects.Slots = Math.Max(1, plan.Concurrency * 3 / 4);
        _named = plan.Checks.Select(check => check.Host).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var gone in _hosts.Where(pair => pair.Value is { Running: 0, Waiting.Count: 0 } && !_named.Contains(pair.Key)).ToList())
        {
            _hosts.Remove(gone.Key);
        }

        foreach (var host in _hosts.Values)
        {
            host.Slots = _perHost;
        }

        _changed.UnionWith(_hosts.Values.Append(_all).Append(_suspects).Where(static queue => queue.Waiting.Count > 0));
    }

    /// <summary>Suspects the runs that take much longer than they used to.</summary>
    public void Suspect(TimeSpan now)
    {
        while (_trusted.TryPeek(out var run, out var suspectAt) && suspectAt <= now)
        {
            _trusted.Dequeue();
            if (run.Check is { Admitted: { IsSuspect: false } slot } && slot.At == run.Started)
            {
                run.Check.Admitted = slot with { IsSuspect = true };
                if (++_suspects.Running > _suspects.Slots)
                {
                    _trust.Reset(now);
                }
            }
        }
    }

    /// <summary>Takes a slot for a run; false when there is none for this check, which waits until it is called.</summary>
    public bool TryEnter(ScheduledCheck check, TimeSpan now)
    {
        if (check.Plan.Host is { } host)
        {
            check.Host ??= QueueOf(host);
        }

        var isTrusted = _trust.Has(check);
        var full = !isTrusted && _suspects.IsFull ? _suspects : check.Host is { IsFull: true } ? check.Host : _all.IsFull ? _all : null;
        if (full is not null)
        {
            full.Waiting.Add(check);
            return false;
        }

        _all.Running++;
        if (check.Host is { } queue)
        {
            queue.Running++;
        }

        if (isTrusted)
        {
            _trusted.Enqueue((check, now), now + (check.LastDuration * 2 > Patience ? check.LastDuration * 2 : Patience));
        }
        else
        {
            _suspects.Running++;
        }

        check.Admitted = new Slot(now, IsSuspect: !isTrusted);
        return true;
    }

    /// <summary>Gives back the slot of a run that ended, and notes whether and how soon it was answered.</summary>
    /// <param name="check">The check.</param>
    /// <param name="answeredAfter">How long the run took; null when it ran into its timeout.</param>
    /// <param name="now">The time.</param>
    public void Leave(ScheduledCheck check, TimeSpan? answeredAfter, TimeSpan now)
    {
        var wasTrusted = _trust.Has(check);
        Free(_all);
        if (check.Host is { } host)
        {
            Free(host);
        }

        if (check.Admitted is { IsSuspect: true })
        {
            Free(_suspects);
        }

        check.Admitted = null;
        Trust.Note(check, answeredAfter, now);
        _hostAnswers |= !wasTrusted && answeredAfter is not null && _suspects.Waiting.Count > 0;
    }

    /// <summary>Those in the queue for whom there may be slots now.</summary>
    public IReadOnlyList<ScheduledCheck> Call()
    {
        var called = new List<ScheduledCheck>();
        if (_hostAnswers)
        {
            // They need not wait any longer among those that may hang.
            _hostAnswers = false;
            called.AddRange(_suspects.Waiting.Where(_trust.Has));
            _suspects.Waiting.RemoveAll(_trust.Has);
        }

        foreach (var queue in _changed)
        {
            for (var free = queue.Callable; free > 0; free--)
            {
                var next = Next(queue.Waiting);
                queue.Waiting.Remove(next);
                called.Add(next);
            }
        }

        _changed.RemoveWhere(static queue => queue.Waiting.Count == 0);
        return called;
    }

    /// <summary>One that probably answers, since it holds its slot for a moment only; or one that waits the longest.</summary>
    private ScheduledCheck Next(List<ScheduledCheck> waiting)
    {
        var byWait = ++_calls % CallsByWait == 0;
        return waiting.MinBy(check => byWait ? (default, default, check.Due) : (_trust.Doubt(check), -Trust.LastAnswer(check), check.Due))!;
    }

    private void Free(AdmissionQueue queue)
    {
        queue.Running--;
        if (queue.Waiting.Count > 0)
        {
            _changed.Add(queue);
        }
    }

    private AdmissionQueue QueueOf(string host)
    {
        if (!_hosts.TryGetValue(host, out var queue))
        {
            _hosts[host] = queue = new AdmissionQueue { Slots = _perHost };
        }

        return queue;
    }

    /// <summary>The slot of a run under way: since when, and whether it counts among those that may hang.</summary>
    internal readonly record struct Slot(TimeSpan At, bool IsSuspect);
}
