using System.Collections.Frozen;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

/// <summary>Another configuration, as the state takes it.</summary>
public sealed class ReplaceTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly RecordingListener _events = new();

    [Fact]
    public void Replace_ChecksOfTheSamePlan_KeepAllThatIsKnownWhereverTheyStandNow()
    {
        var (a, b) = (Plans.Check("a"), Plans.Check("b"));
        var store = Store(a, b);
        Record(store, "PF");
        var before = store.Current;

        Replace(store, Plans.Check("new"), b, a);

        store.Current.Checks.Select(state => state.Plan.Name).ShouldBe(["new", "b", "a"]);
        var (oldA, newA) = (before.Find("a")!, store.Current.Find("a")!);
        (newA.Status, newA.Since, newA.Last, newA.Streak, newA.Executions, newA.AwaitedSince).ShouldBe(
            (oldA.Status, oldA.Since, oldA.Last, oldA.Streak, oldA.Executions, oldA.AwaitedSince));
        store.Current.Find("b")!.Streak.Fails.ShouldBe(1);
        ShouldBeWhole(store, before);
    }

    [Fact]
    public void Replace_ACheckOfAnotherPlan_BeginsAnewButItsCountersGoOn()
    {
        var store = Store(Plans.Check("a", failureThreshold: 1));
        Record(store, "F");
        _clock.Advance(TimeSpan.FromSeconds(5));

        Replace(store, Plans.Check("a", failureThreshold: 2));

        var state = store.Current.Checks[0];
        (state.Status, state.HasVerdict, state.Last, state.Streak, state.Since)
            .ShouldBe((CheckStatus.Unknown, false, null, default, _clock.GetUtcNow()));
        state.Executions.Endings.Single().Count.ShouldBe(1);
        state.Transitions.ShouldBe(1);
        store.Current.FindRollUp(RollUpPlan.Startup)!.Status.ShouldBe(CheckStatus.Unknown);
    }

    [Theory]
    [InlineData('H', "PFF", "HHU")]
    [InlineData('U', "PFF", "HHU")]
    [InlineData('U', "FFP", "UUH")]
    public void Replace_ACheckWithOtherCredentials_KeepsItsStatusUntilTheNextVerdict(char before, string outcomes, string after)
    {
        var check = Plans.Check("a", failureThreshold: 2);
        var store = Store(check);
        Record(store, before == 'H' ? "P" : "F");
        Record(store, "F");
        var (since, told) = (store.Current.Checks[0].Since, _events.Lines.Count);
        _clock.Advance(TimeSpan.FromSeconds(25));

        Replace(store, check with { Fingerprint = Fingerprint.Of(["rotated"]) });

        store.Current.Checks[0].Status.Letter().ShouldBe(before);
        store.Current.Checks[0].Since.ShouldBe(since);
        store.Current.FindRollUp(RollUpPlan.Startup)!.Status.ShouldBe(CheckStatus.Healthy, "there was a verdict");
        _events.Lines.Count.ShouldBe(told);
        string.Concat(outcomes.Select(outcome =>
        {
            Record(store, outcome.ToString());
            return store.Current.Checks[0].Status.Letter();
        })).ShouldBe(after, "what was before the rotation counts for no verdict");
    }

    [Fact]
    public void Replace_ACheckThatIsGone_IsInNoSurfaceAndTellsNothing()
    {
        var (a, b) = (Plans.Check("a", group: "left", failureThreshold: 1), Plans.Check("b", failureThreshold: 1));
        var store = Store(a, b);
        Record(store, "FP");
        var before = store.Current;

        Replace(store, b);

        store.Current.Find("a").ShouldBeNull();
        store.Current.FindRollUp("group/left").ShouldBeNull();
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Healthy);
        _events.Lines.ShouldBe(["a ?>U", "b ?>H"]);
        ShouldBeWhole(store, before);
    }

    [Fact]
    public void Replace_AParentThatWasDown_LetsItsChildrenRunNow()
    {
        var child = Plans.Check("api", dependsOn: "db");
        var store = Store(Plans.Check("db", failureThreshold: 1), child);
        Record(store, "F.");
        store.Current.Find("api")!.SuppressedBy.ShouldBe("db");

        var wanted = Replace(store, Plans.Check("db", failureThreshold: 2), child);

        store.Current.Find("api")!.SuppressedBy.ShouldBeNull();
        wanted.ShouldBe([1]);
    }

    [Fact]
    public void Replace_AParentThatIsDownForAChildThatIsNew_SuppressesIt()
    {
        var db = Plans.Check("db", failureThreshold: 1);
        var store = Store(db);
        Record(store, "F");

        Replace(store, Plans.Check("api", dependsOn: "db"), db);

        store.Current.Find("api")!.SuppressedBy.ShouldBe("db");
    }

    [Fact]
    public void Replace_AMaintenanceWindowThatIsOpen_CountsFromNowOn()
    {
        var db = Plans.Check("db", failureThreshold: 1);
        var store = Store(db);
        Record(store, "F");
        var window = new MaintenanceWindow(
            "now", FrozenSet.Create(StringComparer.Ordinal, "db"), FrozenSet<string>.Empty, null, Plans.Start, TimeSpan.FromHours(1),
            TimeZoneInfo.Utc);

        store.Replace(new PlanIndex(Plans.Agent(db) with { Maintenance = [window] }));

        store.Current.Checks[0].Maintenance.ShouldBe("now");
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Healthy);

        store.Replace(new PlanIndex(Plans.Agent(db)));

        store.Current.Checks[0].Maintenance.ShouldBeNull();
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Unhealthy);
    }

    [Fact]
    public void Replace_ToNoChecksAndBack_StartsFromNothing()
    {
        var a = Plans.Check("a");
        var store = Store(a);
        Record(store, "P");

        Replace(store);
        store.Current.Checks.ShouldBeEmpty();
        Replace(store, a);

        store.Current.Checks[0].Executions.ShouldBe(ExecutionCounts.None);
        store.Current.Checks[0].Status.ShouldBe(CheckStatus.Unknown);
    }

    private static void ShouldBeWhole(StateStore store, Snapshot before)
    {
        store.Current.Version.ShouldBeGreaterThan(before.Version);
        store.Current.StartedAt.ShouldBe(before.StartedAt);
        SnapshotTests.ShouldAgree(store.Current, new RollUpPlan(store.Current.Plan.Checks));
    }

    private static IReadOnlyList<int> Replace(StateStore store, params CheckPlan[] checks) =>
        store.Replace(new PlanIndex(Plans.Agent(checks))).Wanted;

    private static void Record(StateStore store, string letters) => store.Record([.. letters.Index().Where(pair => pair.Item != '.')
        .Select(pair => new CompletedRun(pair.Index, Plans.Outcome(pair.Item), Span: null))]);

    private StateStore Store(params CheckPlan[] checks) => new(Plans.Agent(checks), new AgentClock(_clock), [_events]);
}
