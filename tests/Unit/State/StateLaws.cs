using CsCheck;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>The laws, and what they remember of each check by themselves.</summary>
internal sealed class StateLaws(AgentClock clock)
{
    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);

    /// <summary>The transitions of the latest step.</summary>
    public List<Transition> Reported { get; } = [];

    /// <summary>Whether the latest step takes an acknowledgement back.</summary>
    public bool IsTakenBack { get; set; }

    public Life this[string check] => _lives[check];

    public static void Law(bool holds, string law)
    {
        if (!holds)
        {
            throw new InvalidOperationException(law);
        }
    }

    public void ChangesAreEarned(Snapshot before, Snapshot now)
    {
        foreach (var state in now.Checks)
        {
            var life = _lives[state.Plan.Name];
            var old = before.Find(state.Plan.Name);
            if (state.Status != CheckStatus.Unknown && old is not null && state.Status != old.Status)
            {
                Law(IsEarned(state, old, life.Outcomes),
                    $"no status without its threshold: {state.Status} after {string.Concat(life.Outcomes)}");
            }

            Law(state.Acknowledged is not null || old?.Acknowledged is not { } ended
                || IsTakenBack || state.Status == CheckStatus.Healthy || ended.HasExpired(clock.Now.At)
                || !ReferenceEquals(old.Plan, state.Plan),
                "an acknowledgement ends by health, by time, by being taken back, or with its check");
            if (state.SuppressedBy is not null || state.IsStale)
            {
                life.Outcomes.Clear();
            }

            if (state.SuppressedBy is not null)
            {
                life.AwaitedSince = clock.Now.Steady;
            }
        }
    }

    private static bool IsEarned(CheckState state, CheckState old, List<char> outcomes)
    {
        bool LastAre(int threshold, string letters) =>
            outcomes.Count >= threshold && outcomes.TakeLast(threshold).All(letters.Contains);
        return state.Status switch
        {
            CheckStatus.Healthy => LastAre(state.Plan.SuccessThreshold, "P"),
            CheckStatus.Unhealthy => LastAre(state.Plan.FailureThreshold, "F"),
            _ => LastAre(state.Plan.FailureThreshold, old.Verdict == CheckStatus.Unhealthy ? "W" : "WF"),
        };
    }

    public void KeepsTheLaws(Snapshot before, Snapshot now)
    {
        Law(now.Version > before.Version || ReferenceEquals(now, before), "versions rise");
        EventsAreRight();
        RollUpsAgree(now);
        foreach (var state in now.Checks)
        {
            var life = _lives[state.Plan.Name];
            Law(state.Executions.Endings.Sum(ending => ending.Count) == life.Runs, "every run is counted once");
            Law(state.Transitions == life.Events, "every event is counted once");
            Law(state.LastReportedStatus == life.LastReported, "what was reported last is remembered");
            Law(state.Status is CheckStatus.Unknown == (state.Verdict == CheckStatus.Unknown), "a status is a verdict");
            Law(!state.IsStale || clock.Now.Steady - life.AwaitedSince > 3 * state.Plan.Interval, "nothing is stale before its time");

            var parents = state.Plan.DependsOn.Select(name => now.Find(name)!).ToList();
            var isHeldBack = parents.Exists(parent => parent.SuppressedBy is not null || parent.Status == CheckStatus.Unhealthy);
            Law((state.SuppressedBy is not null) == isHeldBack, "what depends on something broken is not run");
            Law(state.SuppressedBy is null
                || (state.Status == CheckStatus.Unknown && now.Find(state.SuppressedBy)!.Status == CheckStatus.Unhealthy),
                "the cause is the root, which is broken itself");

            Law(state.Acknowledged is null || state.Status != CheckStatus.Healthy, "what is well needs no acknowledgement");

            var mayTell = parents.Count == 0 && state is { Maintenance: null, Silence: null } && !state.IsFlapping
                && (state.Status != CheckStatus.Unknown || state.IsStale);
            Law(!mayTell || state.LastReportedStatus == state.Status, "what may be reported was reported");
        }
    }

    private void EventsAreRight()
    {
        foreach (var transition in Reported)
        {
            var life = _lives[transition.Plan.Name];
            Law(transition.From == life.LastReported && transition.To != life.LastReported,
                "each event begins where the last one ended");
            Law(transition.Lasted >= TimeSpan.Zero, "no status lasts less than nothing");
            (life.LastReported, life.Events) = (transition.To, life.Events + 1);
        }
    }

    private static void RollUpsAgree(Snapshot snapshot)
    {
        Law(snapshot.FindRollUp("livez") is null, "the agent's own life is no matter of checks");
        var whole = snapshot.Index.RollUps.Evaluate(snapshot.Checks);
        for (var i = 0; i < whole.Length; i++)
        {
            var rollUp = snapshot.RollUps[i];
            Law((rollUp.Counts, rollUp.Contributed) == (whole[i].Counts, whole[i].Contributed), "a roll-up is what its checks say");
            Law(rollUp.Counts.Total() == rollUp.Members.Length && rollUp.Contributed.Total() == rollUp.Members.Length, "counts add up");
        }
    }

    /// <summary>Remembers the checks of the configuration in force, forgetting what starts over.</summary>
    public void Carry(Snapshot now, Snapshot? before = null)
    {
        foreach (var state in now.Checks)
        {
            var name = state.Plan.Name;
            if (before?.Find(name) is not { } old)
            {
                _lives[name] = new Life { AwaitedSince = clock.Now.Steady };
            }
            else if (!ReferenceEquals(old.Plan, state.Plan))
            {
                var life = _lives[name];
                _lives[name] = new Life { AwaitedSince = clock.Now.Steady, Runs = life.Runs, Events = life.Events };
            }
        }
    }

    internal sealed class Life
    {
        public List<char> Outcomes { get; } = [];

        public int Runs { get; set; }

        public int Events { get; set; }

        public CheckStatus LastReported { get; set; }

        public bool IsFlapping { get; set; }

        public DateTime AwaitedSince { get; set; }
    }
}
