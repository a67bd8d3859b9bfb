using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.State.StateLaws;

namespace HealthAgent.Unit.State;

/// <summary>Lives through one history, and holds the state against the laws after each step.</summary>
internal sealed class HistoryFollower : IStateListener
{
    private readonly LoopClock _wall = new();
    private readonly AgentClock _clock;
    private readonly Dictionary<(Histories.Written, string), CheckPlan> _plans = [];
    private readonly StateStore _store;
    private readonly StateLaws _laws;

    public HistoryFollower(Histories.Configuration first)
    {
        _clock = new AgentClock(_wall);
        _laws = new StateLaws(_clock);
        _store = new StateStore(PlanOf(first), _clock, [this]);
        _laws.Carry(_store.Current);
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
        var life = _laws[state.Plan.Name];
        Law(life.IsFlapping != state.IsFlapping, "flapping is reported when it begins and when it ends, alternately");
        life.IsFlapping = state.IsFlapping;
    }

    public void OnTransition(Transition transition)
    {
        var state = _store.Current.Find(transition.Plan.Name)!;
        Law(state is { SuppressedBy: null, Maintenance: null, Silence: null },
            "what is not run because of others, in maintenance, or silenced, reports nothing");
        Law(state.Status == transition.To, "what is reported is so");
        _laws.Reported.Add(transition);
    }

    public void Follow(Histories.Step[] steps)
    {
        foreach (var step in steps)
        {
            var before = _store.Current;
            _laws.Reported.Clear();
            _laws.IsTakenBack = step is Histories.Step.Acknowledge { Seconds: null };
            Take(step);
            _laws.ChangesAreEarned(step is Histories.Step.Runs ? _store.Current : before, _store.Current);
            _laws.KeepsTheLaws(before, _store.Current);
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
        var life = _laws[before.Checks[position].Plan.Name];
        (life.Runs, life.AwaitedSince) = (life.Runs + 1, _clock.Now.Steady);
        life.Outcomes.Add(letter);

        _store.Record([new CompletedRun(position, Plans.Outcome(letter), Span: null, _clock.Now.Steady)]);

        Law(_store.Current.Checks[position].Last!.Result == Plans.ResultOf(letter), "the latest outcome is that of the latest run");
        _laws.ChangesAreEarned(before, _store.Current);
    }

    // As the scheduler lets it through: only of what is not well.
    private void Acknowledge(int position, int? seconds)
    {
        var state = _store.Current.Checks[position];
        if (seconds is null || state.Status is CheckStatus.Unhealthy or CheckStatus.Degraded)
        {
            var now = _clock.Now.At;
            _store.Acknowledge(position, seconds is { } left ? new Acknowledgement("ops", now, now.AddSeconds(left), "known") : null);
            Law(_laws.Reported.Count == 0 && _store.Current.Checks[position].Status == state.Status, "to acknowledge changes no status");
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
        Law(_laws.Reported.TrueForAll(transition => ReferenceEquals(before.Find(transition.Plan.Name)?.Plan, transition.Plan)),
            "a reload reports only checks that stay");
        foreach (var state in _store.Current.Checks)
        {
            var old = before.Find(state.Plan.Name);
            if (old is not null && ReferenceEquals(old.Plan, state.Plan))
            {
                Law(ReferenceEquals(old.Last, state.Last) && old.Executions == state.Executions && old.Flaps == state.Flaps
                        && (old.LastReportedStatus == state.LastReportedStatus
                            || _laws.Reported.Exists(transition => transition.Plan == state.Plan)),
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

        _laws.Carry(_store.Current, before);
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
}
