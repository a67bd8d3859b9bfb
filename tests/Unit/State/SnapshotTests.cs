using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

public sealed class SnapshotTests
{
    [Fact]
    public void Initial_SomeChecks_KnowsNothingYet()
    {
        var snapshot = Snapshot.Initial(Plans.Agent([Plans.Check("a"), Plans.Check("b")]), Plans.At(0));

        snapshot.Version.ShouldBe(1);
        snapshot.StartedAt.ShouldBe(Plans.Start);
        snapshot.Counts().ShouldBe(new StatusCounts(Unknown: 2, Healthy: 0, Degraded: 0, Unhealthy: 0));
        snapshot.Checks.ShouldAllBe(state => state.Status == CheckStatus.Unknown && state.Last == null && !state.HasVerdict);
    }

    [Fact]
    public void Find_NamesThatAreAndAreNot_IsTheCheckOrNull()
    {
        var snapshot = Snapshot.Initial(Plans.Agent([Plans.Check("a"), Plans.Check("b")]), Plans.At(0));

        snapshot.Find("b").ShouldNotBeNull().Plan.Name.ShouldBe("b");
        snapshot.Find("B").ShouldBeNull();
        snapshot.Find("").ShouldBeNull();
        snapshot.FindRollUp("readyz").ShouldNotBeNull();
        snapshot.FindRollUp("group/none").ShouldBeNull();
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Record_RandomRuns_KeepsEverythingInTheSnapshotInAgreement(int seed)
    {
        var random = new Random(seed);
        CheckPlan[] checks =
        [
            .. Enumerable.Range(0, 30).Select(i => Plans.Check(
                $"check-{i}", (Tier)random.Next(3), (Impact)random.Next(3), random.Next(2) == 0 ? null : $"group-{random.Next(3)}",
                failureThreshold: random.Next(1, 4), successThreshold: random.Next(1, 3))),
        ];
        var clock = new FakeTimeProvider(Plans.Start);
        var store = new StateStore(Plans.Agent(checks), new AgentClock(clock), []);
        var rollUps = new RollUpPlan(checks);
        for (var step = 0; step < 500; step++)
        {
            var before = store.Current;
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(2000)));
            store.Record([.. Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => new CompletedRun(random.Next(30), Plans.Outcome("PWF"[random.Next(3)]), null))]);

            var now = store.Current;
            now.Version.ShouldBe(before.Version + 1);
            now.TakenAt.ShouldBe(clock.GetUtcNow());
            now.StartedAt.ShouldBe(Plans.Start);
            ShouldAgree(now, rollUps);
        }
    }

    [Fact]
    public void Counts_OfEachStatus_AddUp()
    {
        var snapshot = Snapshot.Initial(Plans.Agent([.. "a?????".Select((_, i) => Plans.Check($"check-{i}"))]), Plans.At(0));

        var counts = StatusCounts.Of("HHUD?H".Select(Plans.StatusOf));

        counts.ShouldBe(new StatusCounts(Unknown: 1, Healthy: 3, Degraded: 1, Unhealthy: 1));
        counts.Total().ShouldBe(snapshot.Checks.Count);
    }

    internal static void ShouldAgree(Snapshot snapshot, RollUpPlan plan)
    {
        snapshot.Counts().ShouldBe(StatusCounts.Of(snapshot.Checks.Select(state => state.Status)));
        foreach (var (expected, actual) in plan.Evaluate(snapshot.Checks).Zip(snapshot.RollUps))
        {
            actual.Name.ShouldBe(expected.Name);
            actual.Status.ShouldBe(expected.Status, expected.Name);
            actual.Members.ShouldBe(expected.Members);
            (actual.Counts, actual.Contributed).ShouldBe((expected.Counts, expected.Contributed), expected.Name);
        }
    }
}
