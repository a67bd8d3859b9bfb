using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scheduling;

/// <summary>Another configuration, as the schedule takes it.</summary>
public sealed class ReplaceTests
{
    [Fact]
    public void Replace_ChecksOfTheSamePlan_KeepTheirPhaseAndTheirChecks()
    {
        var (planA, planB) = (Plans.Check("a"), Plans.Check("b"));
        using var harness = new SchedulerHarness(Plans.Agent(planA, planB));
        harness.Random.Value = 0.3;
        harness.Begin().Advance(15);

        harness.Random.Value = 0.7;
        harness.Replace(Plans.Agent(planB, planA));
        harness.Advance(15);

        harness.Starts("a").ShouldBe([0, 3, 13, 23]);
        harness.Starts("b").Count.ShouldBe(4);
        harness.Disposed.ShouldBeEmpty();
        harness.Statuses.ShouldBe("HH");
    }

    [Fact]
    public void Replace_ACheckThatIsGone_IsNotStartedAgainAndIsDisposed()
    {
        var planB = Plans.Check("b");
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a"), planB)).Begin();
        harness.Advance(1);

        harness.Replace(Plans.Agent(planB));
        harness.Advance(30);

        harness.Starts("a").ShouldBe([0]);
        harness.Starts("b").Count.ShouldBe(4);
        harness.Disposed.ShouldBe(["a"]);
    }

    [Fact]
    public void Replace_ACheckOfAnotherPlan_RunsAtOnceAsANewCheck()
    {
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a"))).With("a", "PF").Begin();
        harness.Advance(4);

        harness.Replace(Plans.Agent(Plans.Check("a")));

        harness.Starts("a").ShouldBe([0, 4]);
        harness.Statuses.ShouldBe("?");
        harness.Disposed.ShouldBe(["a"], "the previous check is disposed");
    }

    [Fact]
    public void Replace_ARunUnderWayOfACheckThatStays_CountsAtItsNewPlace()
    {
        var planB = Plans.Check("b");
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a"), planB)).With("b", "G").Begin();
        harness.Advance(0.001);

        harness.Replace(Plans.Agent(planB));
        harness.End("b");

        harness.Statuses.ShouldBe("H");
        harness.Running.ShouldBe(0);
        harness.Store.Current.Checks.ShouldHaveSingleItem().Executions.Endings.ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public void Replace_ARunUnderWayOfACheckThatIsGone_IsNotReportedAndGivesItsSlotBack()
    {
        var told = new RecordingListener();
        using var harness = new SchedulerHarness(Plans.Agent(Plans.Check("a")), told).With("a", "G").Begin();

        harness.Replace(Plans.Agent());
        harness.Disposed.ShouldBeEmpty();
        harness.End("a");

        (harness.Running, harness.Disposed).ShouldBe((0, harness.Disposed));
        harness.Disposed.ShouldBe(["a"]);
        told.Lines.ShouldBeEmpty();
        harness.Store.Current.Checks.ShouldBeEmpty();
    }

    [Fact]
    public void Replace_ManyNewChecks_StartSpreadOut()
    {
        using var harness = new SchedulerHarness(Plans.Agent()).Begin();

        CheckPlan[] plans = [.. Enumerable.Range(0, 500).Select(i => Plans.Check($"check-{i}"))];
        harness.Replace(Plans.Agent(plans));
        harness.Advance(0.5);

        plans.SelectMany(plan => harness.Starts(plan.Name)).GroupBy(start => start).ShouldAllBe(together => together.Count() == 1);
        plans.ShouldAllBe(plan => harness.Starts(plan.Name).Count == 1);
    }

    [Fact]
    public void Replace_OneOfManyChecks_DisturbsNoOther()
    {
        CheckPlan[] plans = [.. Enumerable.Range(0, 100).Select(i => Plans.Check($"check-{i}"))];
        using var harness = new SchedulerHarness(Plans.Agent(plans)).Begin();
        harness.Advance(13);
        var before = harness.Store.Current;

        harness.Replace(Plans.Agent([Plans.Check("check-0"), .. plans[1..]]));

        harness.Store.Current.Checks.Skip(1).Zip(before.Checks.Skip(1)).ShouldAllBe(pair =>
            ReferenceEquals(pair.First.Last, pair.Second.Last) && pair.First.Since == pair.Second.Since
                && pair.First.AwaitedSince == pair.Second.AwaitedSince);
        harness.Advance(20);
        plans.Skip(1).ShouldAllBe(plan => harness.Starts(plan.Name).Skip(1).SequenceEqual(new double[] { 10, 20, 30 }));
    }

    [Fact]
    public void Replace_ThatThrows_LeavesThePreviousConfigurationInForce()
    {
        var check = Plans.Check("a");
        using var harness = new SchedulerHarness(Plans.Agent(check)).Begin();
        harness.Advance(15);
        var before = harness.Store.Current;

        Should.Throw<InvalidOperationException>(() => harness.Replace(Plans.Agent(Plans.Check("b")) with { Maintenance = new Broken() }));
        harness.Advance(15);

        harness.Store.Current.Index.ShouldBeSameAs(before.Index);
        harness.Starts("a").ShouldBe([0, 10, 20, 30]);
        harness.Starts("b").ShouldBeEmpty();
        harness.Disposed.ShouldBeEmpty();
    }

    /// <summary>Fails when it is looked at.</summary>
    internal sealed class Broken : IReadOnlyList<MaintenanceWindow>
    {
        public int Count => throw new InvalidOperationException("broken");

        public MaintenanceWindow this[int index] => throw new InvalidOperationException("broken");

        public IEnumerator<MaintenanceWindow> GetEnumerator() => throw new InvalidOperationException("broken");

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
