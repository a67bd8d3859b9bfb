using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Scheduling;

namespace HealthAgent.Unit.State;

/// <summary>
/// What holds whatever happens: over random outcomes, times, clocks that are set, machines that sleep, and configurations.
/// </summary>
public sealed class LawsTests
{
    private const int HowMany = 100_000;

    [Fact]
    public void State_RandomHistories_KeepsTheLaws() =>
        Histories.All.Sample(history => new Follower(history.First).Follow(history.Steps), iter: HowMany);

    /// <summary>Lives through one history, remembering by itself what the state should know.</summary>
    private sealed class Follower : IStateListener
    {
        private readonly LoopClock _wall = new();
        private readonly AgentClock _clock;
        private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);
        private readonly Dictionary<(Histories.Written, string), CheckPlan> _plans = [];
        private readonly List<Transition> _reported = [];
        private readonly StateStore _store;
        private bool _isTakenBack;

        public Follower(Histories.Configuration first)
        {
            _clock = new AgentClock(_wall);
            _store = new StateStore(PlanOf(first), _clock, [this]);
            Carry();
        }

        public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
        {
            if (transition is not null)
            {
                OnTransition(transition);
            }
        }

        public void OnFlapping(CheckState state, CompletedRun run)
        {
            var life = _lives[state.Plan.Name];
            Law(life.IsFlapping != state.IsFlapping, "flapping is reported when it begins and when it ends, alternately");
            life.IsFlapping = state.IsFlapping;
        }

        public void OnTransition(Transition transition)
        {
            var state = _store.Current.Find(transition.Plan.Name)!;
            Law(state is { SuppressedBy: null, Maintenance: null, Silence: null },
                "what is not run because of others, in maintenance, or silenced, tells nothing");
            Law(state.Status == transition.To, "what is told is so");
            _reported.Add(transition);
        }

        public void Follow(Histories.Step[] steps)
        {
            foreach (var step in steps)
            {
                var before = _store.Current;
                _reported.Clear();
                _isTakenBack = step is Histories.Step.Acknowledge { Seconds: null };
                Take(step);
                ChangesAreEarned(step is Histories.Step.Runs ? _store.Current : before, _store.Current);
                KeepsTheLaws(before, _store.Current);
            }
        }

        private static void Law(bool holds, string law)
        {
            if (!holds)
            {
                throw new InvalidOperationException(law);
            }
        }

        private void Take(Histories.Step step)
        {
            switch (step)
            {
                case Histories.Step.Runs runs when _store.Current.Checks.Count > 0:
                    foreach (var (check, letter) in runs.Ended)
                    {
                        Run(check % _store.Current.Checks.Count, letter);
                    }

                    break;
                case Histories.Step.Pass pass:
                    _wall.Advance(TimeSpan.FromSeconds(pass.Seconds));
                    _store.Refresh();
                    break;
                case Histories.Step.Set set:
                    _wall.Set(TimeSpan.FromSeconds(set.Seconds));
                    _store.Refresh();
                    break;
                case Histories.Step.Sleep sleep:
                    _wall.Sleep(TimeSpan.FromSeconds(sleep.Seconds));
                    _clock.PassOver(TimeSpan.FromSeconds(sleep.Seconds));
                    _store.Refresh();
                    break;
                case Histories.Step.Acknowledge said when _store.Current.Checks.Count > 0:
                    Acknowledge(said.Check % _store.Current.Checks.Count, said.Seconds);
                    break;
                case Histories.Step.Window window:
                    MakeWindow(window);
                    break;
                case Histories.Step.Reload reload:
                    Reload(PlanOf(reload.Next));
                    break;
            }
        }

        private void Run(int position, char letter)
        {
            var before = _store.Current;
            var life = _lives[before.Checks[position].Plan.Name];
            (life.Runs, life.AwaitedSince) = (life.Runs + 1, _clock.Now.Steady);
            life.Outcomes.Add(letter);

            _store.Record([new CompletedRun(position, Plans.Outcome(letter), Span: null, _clock.Now.Steady)]);

            Law(_store.Current.Checks[position].Last!.Result == Plans.ResultOf(letter), "the latest outcome is that of the latest run");
            ChangesAreEarned(before, _store.Current);
        }

        // As the scheduler lets it through: only of what is not well.
        private void Acknowledge(int position, int? seconds)
        {
            var state = _store.Current.Checks[position];
            if (seconds is null || state.Status is CheckStatus.Unhealthy or CheckStatus.Degraded)
            {
                var now = _clock.Now.At;
                _store.Acknowledge(position, seconds is { } left ? new Acknowledgement("ops", now, now.AddSeconds(left), "known") : null);
                Law(_reported.Count == 0 && _store.Current.Checks[position].Status == state.Status, "to acknowledge changes no status");
            }
        }

        private void MakeWindow(Histories.Step.Window step)
        {
            var (now, windows) = (_clock.Now.At, ImmutableArray<OperatorWindow>.Empty);
            if (step.Seconds is { } seconds)
            {
                var names = _store.Current.Checks.Where((_, i) => i % 2 == 1).Select(state => state.Plan.Name);
                var window = new MaintenanceWindow(
                    "made", names.ToFrozenSet(StringComparer.Ordinal), FrozenSet<string>.Empty, Cron: null, now.AddSeconds(step.Start),
                    TimeSpan.FromSeconds(seconds), TimeZoneInfo.Utc);
                var kind = step.IsSilence ? WindowKind.Silence : WindowKind.Maintenance;
                windows = _store.Current.Windows.Add(new OperatorWindow("id", kind, window, "planned", "ops", now));
            }

            _store.SetWindows(windows);
            foreach (var (state, open) in _store.Current.Checks.Select(state => (state, OpenFor(state, now).ToList())))
            {
                Law((state.Silence is not null) == open.Exists(made => made.Kind == WindowKind.Silence), "a silence holds at once");
                Law(state.Maintenance is not null || !open.Exists(made => made.Kind == WindowKind.Maintenance), "a window holds at once");
            }
        }

        private IEnumerable<OperatorWindow> OpenFor(CheckState state, DateTimeOffset now) =>
            _store.Current.Windows.Where(made => made.Window.IsOpen(now) && made.Window.Covers(state.Plan));

        private void Reload(AgentPlan next)
        {
            var before = _store.Current;
            _store.Replace(new PlanIndex(next));
            // What was held back, as by a window that the next configuration does not have, is reported now; of others there is nothing to
            // tell.
            Law(_reported.TrueForAll(transition => ReferenceEquals(before.Find(transition.Plan.Name)?.Plan, transition.Plan)),
                "a reload tells only of checks that stay");
            foreach (var state in _store.Current.Checks)
            {
                var old = before.Find(state.Plan.Name);
                if (old is not null && ReferenceEquals(old.Plan, state.Plan))
                {
                    Law(ReferenceEquals(old.Last, state.Last) && old.Executions == state.Executions && old.Flaps == state.Flaps
                            && (old.LastReportedStatus == state.LastReportedStatus
                                || _reported.Exists(transition => transition.Plan == state.Plan)),
                        "a check that is written alike keeps what is known of it");
                    Law(old.SuppressedBy is not null || state.SuppressedBy is not null
                        || (old.Verdict, old.Streak, old.AwaitedSince) == (state.Verdict, state.Streak, state.AwaitedSince),
                        "and keeps its verdict too, unless others are in its way");
                }
                else
                {
                    Law(state is { Status: CheckStatus.Unknown, Last: null, IsFlapping: false }
                            && state.HasVerdict == (state.SuppressedBy is not null),
                        "a check that is written otherwise starts over");
                }
            }

            Carry(before);
        }

        private void ChangesAreEarned(Snapshot before, Snapshot now)
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
                    || _isTakenBack || state.Status == CheckStatus.Healthy || ended.HasExpired(_clock.Now.At)
                    || !ReferenceEquals(old.Plan, state.Plan),
                    "an acknowledgement ends by health, by time, by being taken back, or with its check");
                if (state.SuppressedBy is not null || state.IsStale)
                {
                    life.Outcomes.Clear();
                }

                if (state.SuppressedBy is not null)
                {
                    life.AwaitedSince = _clock.Now.Steady;
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

        private void KeepsTheLaws(Snapshot before, Snapshot now)
        {
            Law(now.Version > before.Version || ReferenceEquals(now, before), "versions rise");
            EventsAreRight();
            RollUpsAgree(now);
            foreach (var state in now.Checks)
            {
                var life = _lives[state.Plan.Name];
                Law(state.Executions.Endings.Sum(ending => ending.Count) == life.Runs, "every run is counted once");
                Law(state.Transitions == life.Events, "every event is counted once");
                Law(state.LastReportedStatus == life.LastReported, "what was told last is remembered");
                Law(state.Status is CheckStatus.Unknown == (state.Verdict == CheckStatus.Unknown), "a status is a verdict");
                Law(!state.IsStale || _clock.Now.Steady - life.AwaitedSince > 3 * state.Plan.Interval, "nothing is stale before its time");

                var parents = state.Plan.DependsOn.Select(name => now.Find(name)!).ToList();
                var isHeldBack = parents.Exists(parent => parent.SuppressedBy is not null || parent.Status == CheckStatus.Unhealthy);
                Law((state.SuppressedBy is not null) == isHeldBack, "what depends on something broken is not run");
                Law(state.SuppressedBy is null
                    || (state.Status == CheckStatus.Unknown && now.Find(state.SuppressedBy)!.Status == CheckStatus.Unhealthy),
                    "the cause is the root, which is broken itself");

                Law(state.Acknowledged is null || state.Status != CheckStatus.Healthy, "what is well needs no acknowledgement");

                var mayTell = parents.Count == 0 && state is { Maintenance: null, Silence: null } && !state.IsFlapping
                    && (state.Status != CheckStatus.Unknown || state.IsStale);
                Law(!mayTell || state.LastReportedStatus == state.Status, "what may be told was told");
            }
        }

        private void EventsAreRight()
        {
            foreach (var transition in _reported)
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
        private void Carry(Snapshot? before = null)
        {
            foreach (var state in _store.Current.Checks)
            {
                var name = state.Plan.Name;
                if (before?.Find(name) is not { } old)
                {
                    _lives[name] = new Life { AwaitedSince = _clock.Now.Steady };
                }
                else if (!ReferenceEquals(old.Plan, state.Plan))
                {
                    var life = _lives[name];
                    _lives[name] = new Life { AwaitedSince = _clock.Now.Steady, Runs = life.Runs, Events = life.Events };
                }
            }
        }

        private AgentPlan PlanOf(Histories.Configuration configuration)
        {
            var names = configuration.Checks.Select(check => check.Name).ToHashSet();
            var checks = configuration.Checks.Select(written =>
            {
                var plan = written.ToPlan(names);
                var key = (written, string.Join(' ', plan.DependsOn));
                return _plans.TryGetValue(key, out var known) ? known : _plans[key] = plan;
            }).ToList();
            var window = new MaintenanceWindow(
                "window", checks.Where((_, i) => i % 2 == 0).Select(check => check.Name).ToFrozenSet(StringComparer.Ordinal),
                FrozenSet<string>.Empty, Cron: null, Plans.Start.AddSeconds(configuration.WindowAt), TimeSpan.FromSeconds(100),
                TimeZoneInfo.Utc);
            return Plans.Agent(checks) with { Maintenance = [window] };
        }

        private sealed class Life
        {
            public List<char> Outcomes { get; } = [];

            public int Runs { get; set; }

            public int Events { get; set; }

            public CheckStatus LastReported { get; set; }

            public bool IsFlapping { get; set; }

            public DateTime AwaitedSince { get; set; }
        }
    }
}
