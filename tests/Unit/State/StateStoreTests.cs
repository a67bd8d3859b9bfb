using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

public sealed class StateStoreTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);

    [Fact]
    public void Record_SeveralRuns_SwapsOnceAndThenTellsEachListenerInOrder()
    {
        var told = new List<string>();
        StateStore? store = null;
        var first = new Listener((state, run, transition) =>
            told.Add($"first {state.Plan.Name} {run.Record.Result.Name()} {transition?.To.Name() ?? "-"} v{store!.Current.Version}"));
        var second = new Listener((state, run, transition) => told.Add($"second {state.Plan.Name}"));
        store = Store([first, second], Plans.Check("a"), Plans.Check("b"));

        store.Record([Run(1, 'P'), Run(0, 'F'), Run(1, 'P')]);

        told.ShouldBe(
        [
            "first b pass healthy v2", "second b",
            "first a fail - v2", "second a",
            "first b pass - v2", "second b",
        ]);
    }

    [Fact]
    public void Record_RunsOfOneCheckInOneBatch_AreFoldedOneAfterTheOther()
    {
        var transitions = new List<Transition?>();
        var store = Store([new Listener((_, _, transition) => transitions.Add(transition))], Plans.Check("a", failureThreshold: 2));

        store.Record([Run(0, 'P'), Run(0, 'F'), Run(0, 'F'), Run(0, 'P')]);

        transitions.Select(transition => transition?.To.Letter() ?? '-').ShouldBe(['H', '-', 'U', 'H']);
        store.Current.Checks[0].Transitions.ShouldBe(3);
        store.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy);
        SnapshotTests.ShouldAgree(store.Current, new RollUpPlan([store.Current.Checks[0].Plan]));
    }

    [Fact]
    public void Record_AListenerThatThrows_HasTheRunsInTheSnapshotAllTheSame()
    {
        var store = Store([new Listener((_, _, _) => throw new InvalidOperationException("broken"))], Plans.Check("a"));

        var consequences = store.Record([Run(0, 'P')]);

        consequences.ListenerFailure!.InnerException.ShouldBeOfType<InvalidOperationException>();

        store.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy);
        store.Current.Version.ShouldBe(2);
    }

    [Fact]
    public void Record_ASnapshotInHand_StaysAsItWas()
    {
        var store = Store([], Plans.Check("a"));
        var before = store.Current;

        store.Record([Run(0, 'P')]);

        before.Checks[0].Status.ShouldBe(CheckStatus.Unknown);
        before.FindRollUp("readyz")!.Status.ShouldBe(CheckStatus.Unknown);
        before.Version.ShouldBe(1);
    }

    [Fact]
    public void Refresh_ACheckThatWaitsForASlot_DoesNotBecomeStale()
    {
        var store =
            Store([], Plans.Check("waits", interval: TimeSpan.FromSeconds(10)), Plans.Check("silent", interval: TimeSpan.FromSeconds(10)));
        store.Record([Run(0, 'P'), Run(1, 'P')]);

        for (var second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            store.Refresh([0]);
        }

        store.Current.Checks.Select(state => state.IsStale).ShouldBe([false, true]);
        store.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy);
        _clock.Advance(TimeSpan.FromSeconds(31));
        store.Refresh([]);
        store.Current.Checks[0].IsStale.ShouldBeTrue("it no longer waits, and no run has ended");
    }

    [Fact]
    public void Refresh_AfterASecond_MovesTheTimeAndNothingElse()
    {
        var store = Store([], Plans.Check("a"));
        store.Record([Run(0, 'P')]);
        var before = store.Current;

        _clock.Advance(TimeSpan.FromSeconds(1));
        store.Refresh();

        store.Current.Version.ShouldBe(before.Version + 1);
        store.Current.TakenAt.ShouldBe(before.TakenAt + TimeSpan.FromSeconds(1));
        store.Current.Checks.ShouldBe(before.Checks);
        store.Current.RollUps.ShouldBe(before.RollUps);
    }

    [Fact]
    public async Task Current_ReadWhileAnotherThreadRecords_IsAlwaysWhole()
    {
        // All checks change their status together in one batch, so a reader that sees two of them differ has seen half a change.
        CheckPlan[] checks =
            [.. Enumerable.Range(0, 20).Select(i => Plans.Check($"check-{i}", group: $"group-{i % 3}", failureThreshold: 1))];
        var store = Store([], checks);
        var plan = new RollUpPlan(checks);
        var done = false;

        var readers = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var (reads, version) = (0, 0L);
                while (!Volatile.Read(ref done) || reads == 0)
                {
                    var snapshot = store.Current;
                    snapshot.Version.ShouldBeGreaterThanOrEqualTo(version);
                    snapshot.Checks.Select(state => state.Status).Distinct().Count().ShouldBe(1);
                    SnapshotTests.ShouldAgree(snapshot, plan);
                    (reads, version) = (reads + 1, snapshot.Version);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                store.Record([.. Enumerable.Range(0, checks.Length).Select(position => Run(position, "PFW"[i % 3]))]);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
        }

        await Task.WhenAll(readers);
        store.Current.Version.ShouldBe(2001);
    }

    private static CompletedRun Run(int position, char outcome) => new(position, Plans.Outcome(outcome), Span: null);

    private StateStore Store(IStateListener[] listeners, params CheckPlan[] checks) =>
        new(Plans.Agent(checks), new AgentClock(_clock), listeners);

    private sealed class Listener(Action<CheckState, CompletedRun, Transition?> told) : IStateListener
    {
        public void OnRecorded(CheckState state, CompletedRun run, Transition? transition) => told(state, run, transition);

        public void OnFlapping(CheckState state, CompletedRun run)
        {
        }

        public void OnTransition(Transition transition)
        {
        }
    }
}
