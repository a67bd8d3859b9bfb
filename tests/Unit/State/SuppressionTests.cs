using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>What a check that others depend on does to them.</summary>
public sealed class SuppressionTests
{
    [Fact]
    public void Record_UnhealthyParent_LeavesChildrenUnknownWithTheRootCauseThroughAnyDepth()
    {
        var store = new RecordedStore(
            Plans.Check("page", dependsOn: "api"), Plans.Check("api", dependsOn: "db"), Plans.Check("db"), Plans.Check("other"));
        store.Record("PPPP");

        store.Record("PPFP", times: 3);

        store.Statuses.ShouldBe("??UH");
        store.Current.Checks.Select(check => check.SuppressedBy).ShouldBe(["db", "db", null, null]);
        store.Events.Lines.ShouldBe(["page ?>H", "api ?>H", "db ?>H", "other ?>H", "db H>U"], ignoreOrder: true);
    }

    [Fact]
    public void Record_ParentRecovers_ReleasesChildrenWhoTellNothingUnlessTheyChanged()
    {
        var store = new RecordedStore(Plans.Check("db"), Plans.Check("api", dependsOn: "db"), Plans.Check("page", dependsOn: "api"),
            Plans.Check("batch", dependsOn: "db"));
        store.Record("PPPP");
        store.Record("F...", times: 3);
        store.Events.Lines.Clear();

        store.Record("P...").ShouldBe([1, 2, 3], ignoreOrder: true);
        store.Statuses.ShouldBe("H???");
        store.Record(".PPF");
        store.Record("...F", times: 2);

        store.Statuses.ShouldBe("HHHU");
        store.Events.Lines.ShouldBe(["db U>H", "batch H>U"]);
    }

    [Fact]
    public void Record_ChildFailsBeforeTheParentHasAVerdict_TellsTheParentAlone()
    {
        var store = new RecordedStore(Plans.Check("db", failureThreshold: 3), Plans.Check("api", failureThreshold: 2, dependsOn: "db"));
        store.Record("PP");

        store.Record("FF", times: 3);

        store.Events.Lines.ShouldBe(["db ?>H", "api ?>H", "db H>U"], ignoreOrder: true);
    }

    [Fact]
    public void Record_ChildFailsBeforeTheParentWasAskedAgain_HasItAskedAndTellsOnlyThen()
    {
        var store = new RecordedStore(
            Plans.Check("net"), Plans.Check("db", dependsOn: "net"), Plans.Check("api", failureThreshold: 1, dependsOn: "db"));
        store.Record("PPP");
        store.Clock.Advance(TimeSpan.FromSeconds(1));

        store.Record("..F").ShouldBe([0, 1], ignoreOrder: true);
        store.Statuses.ShouldBe("HHU");
        store.Events.Lines.Count.ShouldBe(3, "the network or the database may be why");
        store.Record(".P.");
        store.Events.Lines.Count.ShouldBe(3, "the network may be why");
        store.Record("P..").ShouldBeEmpty();

        store.Events.Lines[^1].ShouldBe("api H>U");
    }

    [Fact]
    public void Record_ParentOnlyHiccups_TellsOfTheChildAfterwards()
    {
        var store = new RecordedStore(Plans.Check("db", failureThreshold: 3), Plans.Check("api", failureThreshold: 2, dependsOn: "db"));
        store.Record("PP");

        store.Record("FF", times: 2);
        store.Events.Lines.Count.ShouldBe(2, "it may still be a mere consequence");
        store.Record("P.");

        store.Events.Lines[^1].ShouldBe("api H>U");
    }

    [Fact]
    public void Record_SuppressedChild_StartsItsThresholdsAnew()
    {
        var store = new RecordedStore(Plans.Check("db"), Plans.Check("api", successThreshold: 2, dependsOn: "db"));
        store.Record("PP", times: 2);
        store.Record("F.", times: 3);
        store.Record("P.");

        store.Record(".P");
        store.Statuses.ShouldBe("H?");
        store.Record(".P");

        store.Statuses.ShouldBe("HH");
    }

    [Fact]
    public void Record_SuppressedChildOfAnotherGroup_NamesTheCauseInItsRollUp()
    {
        var store = new RecordedStore(Plans.Check("db", group: "data"), Plans.Check("api", group: "shop", dependsOn: "db"));
        store.Record("PP");
        store.Record("F.", times: 3);

        var shop = store.Current.FindRollUp("group/shop").ShouldNotBeNull();

        shop.Status.ShouldBe(CheckStatus.Unknown);
        shop.CausesAmong(store.Current.Checks).ShouldHaveSingleItem().SuppressedBy.ShouldBe("db");
    }

    [Fact]
    public void Record_RandomHistories_KeepTheLaws()
    {
        var random = new Random(20261122);
        for (var history = 0; history < 300; history++)
        {
            var store = new RecordedStore([.. Enumerable.Range(0, 6).Select(i => Plans.Check(
                $"c{i}", failureThreshold: random.Next(1, 4), successThreshold: random.Next(1, 3),
                dependsOn: [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0).Select(parent => $"c{parent}")]))]);
            var version = store.Current.Version;
            for (var step = 0; step < 60; step++)
            {
                store.Clock.Advance(TimeSpan.FromSeconds(random.Next(1, random.Next(10) == 0 ? 60 : 12)));
                store.Record(
                    string.Concat(store.Current.Checks.Select(check => check.SuppressedBy is null ? "PFW."[random.Next(4)] : '.')));
                store.Refresh();
                store.Current.Version.ShouldBeGreaterThan(version);
                version = store.Current.Version;
                KeepsTheLaws(store.Current);
            }

            // One event per change that was reported, each beginning where the last one ended.
            foreach (var check in store.Current.Checks)
            {
                var lines = store.Events.Lines.Where(line => line.StartsWith(check.Plan.Name + " ", StringComparison.Ordinal))
                    .Select(line => line[^3..]).ToList();
                lines.Count.ShouldBe((int)check.Transitions);
                lines.Zip(lines.Skip(1)).All(pair => pair.First[^1] == pair.Second[0]).ShouldBeTrue(string.Join(" ", lines));
                (lines.Count == 0 ? '?' : lines[^1][^1]).ShouldBe(check.LastReportedStatus.Letter());
            }
        }
    }

    private static void KeepsTheLaws(Snapshot snapshot)
    {
        snapshot.Counts().ShouldBe(StatusCounts.Of(snapshot.Checks.Select(state => state.Status)));
        snapshot.RollUps.ShouldAllBe(rollUp => rollUp.Status == snapshot.FindRollUp(rollUp.Name)!.Status);
        foreach (var check in snapshot.Checks)
        {
            var parents = check.Plan.DependsOn.Select(name => snapshot.Find(name)!).ToList();
            var broken = parents.Exists(parent => parent.SuppressedBy is not null || parent.Status == CheckStatus.Unhealthy);
            (check.SuppressedBy is not null).ShouldBe(broken);
            if (check.SuppressedBy is { } cause)
            {
                check.Status.ShouldBe(CheckStatus.Unknown);
                snapshot.Find(cause)!.Status.ShouldBe(CheckStatus.Unhealthy, "the root itself is broken, and not a consequence");
            }

            (check.Status is CheckStatus.Unhealthy && check.Streak.Fails < check.Plan.FailureThreshold && check.Last!.Result == Result.Pass
                && check.Streak.Passes >= check.Plan.SuccessThreshold).ShouldBeFalse();
        }
    }
}
