using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

/// <summary>What a check that others depend on does to them, and what time does to all.</summary>
public sealed class SuppressionTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly RecordingListener _events = new();

    [Fact]
    public void Record_UnhealthyParent_LeavesChildrenUnknownWithTheRootCauseThroughAnyDepth()
    {
        var store =
            Store(Plans.Check("page", dependsOn: "api"), Plans.Check("api", dependsOn: "db"), Plans.Check("db"), Plans.Check("other"));
        Record(store, "PPPP");

        Record(store, "PPFP", times: 3);

        Statuses(store).ShouldBe("??UH");
        store.Current.Checks.Select(check => check.SuppressedBy).ShouldBe(["db", "db", null, null]);
        _events.Lines.ShouldBe(["page ?>H", "api ?>H", "db ?>H", "other ?>H", "db H>U"], ignoreOrder: true);
    }

    [Fact]
    public void Record_ParentRecovers_ReleasesChildrenWhoTellNothingUnlessTheyChanged()
    {
        var store = Store(Plans.Check("db"), Plans.Check("api", dependsOn: "db"), Plans.Check("page", dependsOn: "api"),
            Plans.Check("batch", dependsOn: "db"));
        Record(store, "PPPP");
        Record(store, "F...", times: 3);
        _events.Lines.Clear();

        Record(store, "P...").ShouldBe([1, 2, 3], ignoreOrder: true);
        Statuses(store).ShouldBe("H???");
        Record(store, ".PPF");
        Record(store, "...F", times: 2);

        Statuses(store).ShouldBe("HHHU");
        _events.Lines.ShouldBe(["db U>H", "batch H>U"]);
    }

    [Fact]
    public void Record_ChildFailsBeforeTheParentHasAVerdict_TellsTheParentAlone()
    {
        var store = Store(Plans.Check("db", failureThreshold: 3), Plans.Check("api", failureThreshold: 2, dependsOn: "db"));
        Record(store, "PP");

        Record(store, "FF", times: 3);

        _events.Lines.ShouldBe(["db ?>H", "api ?>H", "db H>U"], ignoreOrder: true);
    }

    [Fact]
    public void Record_ChildFailsBeforeTheParentWasAskedAgain_HasItAskedAndTellsOnlyThen()
    {
        var store =
            Store(Plans.Check("net"), Plans.Check("db", dependsOn: "net"), Plans.Check("api", failureThreshold: 1, dependsOn: "db"));
        Record(store, "PPP");
        _clock.Advance(TimeSpan.FromSeconds(1));

        Record(store, "..F").ShouldBe([0, 1], ignoreOrder: true);
        Statuses(store).ShouldBe("HHU");
        _events.Lines.Count.ShouldBe(3, "the network or the database may be why");
        Record(store, ".P.");
        _events.Lines.Count.ShouldBe(3, "the network may be why");
        Record(store, "P..").ShouldBeEmpty();

        _events.Lines[^1].ShouldBe("api H>U");
    }

    [Fact]
    public void Record_ParentOnlyHiccups_TellsOfTheChildAfterwards()
    {
        var store = Store(Plans.Check("db", failureThreshold: 3), Plans.Check("api", failureThreshold: 2, dependsOn: "db"));
        Record(store, "PP");

        Record(store, "FF", times: 2);
        _events.Lines.Count.ShouldBe(2, "it may still be a mere consequence");
        Record(store, "P.");

        _events.Lines[^1].ShouldBe("api H>U");
    }

    [Fact]
    public void Record_SuppressedChild_StartsItsThresholdsAnew()
    {
        var store = Store(Plans.Check("db"), Plans.Check("api", successThreshold: 2, dependsOn: "db"));
        Record(store, "PP", times: 2);
        Record(store, "F.", times: 3);
        Record(store, "P.");

        Record(store, ".P");
        Statuses(store).ShouldBe("H?");
        Record(store, ".P");

        Statuses(store).ShouldBe("HH");
    }

    [Fact]
    public void Record_SuppressedChildOfAnotherGroup_NamesTheCauseInItsRollUp()
    {
        var store = Store(Plans.Check("db", group: "data"), Plans.Check("api", group: "shop", dependsOn: "db"));
        Record(store, "PP");
        Record(store, "F.", times: 3);

        var shop = store.Current.FindRollUp("group/shop").ShouldNotBeNull();

        shop.Status.ShouldBe(CheckStatus.Unknown);
        shop.CausesAmong(store.Current.Checks).ShouldHaveSingleItem().SuppressedBy.ShouldBe("db");
    }

    [Fact]
    public void Refresh_NoRunForThreeIntervals_MakesStaleAndTellsOnce()
    {
        var store = Store(Plans.Check("api", interval: TimeSpan.FromSeconds(10)));
        Record(store, "P");

        Pass(store, seconds: 30);
        Statuses(store).ShouldBe("H");
        Pass(store, seconds: 5);

        Statuses(store).ShouldBe("?");
        store.Current.Checks[0].IsStale.ShouldBeTrue();
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Unknown);
        _events.Lines.ShouldBe(["api ?>H", "api H>?"]);
        Record(store, "P");
        Statuses(store).ShouldBe("H");
        _events.Lines[^1].ShouldBe("api ?>H");
    }

    [Fact]
    public void Refresh_WhileOtherChecksRunAllTheTime_StillMakesStale()
    {
        var store = Store(Plans.Check("busy", interval: TimeSpan.FromSeconds(1)), Plans.Check("lost", interval: TimeSpan.FromSeconds(10)));
        Record(store, "PP");

        for (var i = 0; i < 80; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            Record(store, "P.");
            store.Refresh();
        }

        Statuses(store).ShouldBe("H?");
    }

    [Fact]
    public void Refresh_NeverRun_IsStaleAndTellsNothing()
    {
        var store = Store(Plans.Check("api", interval: TimeSpan.FromSeconds(10)));

        Pass(store, seconds: 40);

        store.Current.Checks[0].IsStale.ShouldBeTrue();
        _events.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Refresh_SuppressedForLong_IsNotStaleAndNeitherRightAfter()
    {
        var store = Store(Plans.Check("db"), Plans.Check("api", dependsOn: "db"));
        Record(store, "PP");
        Record(store, "F.", times: 3);

        for (var minute = 0; minute < 10; minute++)
        {
            Pass(store, seconds: 10);
            Record(store, "F.");
        }

        store.Current.Checks[1].IsStale.ShouldBeFalse();
        Record(store, "P.");
        Pass(store, seconds: 20);
        store.Current.Checks[1].IsStale.ShouldBeFalse();
        _events.Lines.ShouldBe(["db ?>H", "api ?>H", "db H>U", "db U>H"], ignoreOrder: true);
    }

    [Fact]
    public void Record_RandomHistories_KeepTheLaws()
    {
        var random = new Random(20261122);
        for (var history = 0; history < 300; history++)
        {
            _events.Lines.Clear();
            var store = Store([.. Enumerable.Range(0, 6).Select(i => Plans.Check(
                $"c{i}", failureThreshold: random.Next(1, 4), successThreshold: random.Next(1, 3),
                dependsOn: [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0).Select(parent => $"c{parent}")]))]);
            var version = store.Current.Version;
            for (var step = 0; step < 60; step++)
            {
                _clock.Advance(TimeSpan.FromSeconds(random.Next(1, random.Next(10) == 0 ? 60 : 12)));
                Record(store,
                    string.Concat(store.Current.Checks.Select(check => check.SuppressedBy is null ? "PFW."[random.Next(4)] : '.')));
                store.Refresh();
                store.Current.Version.ShouldBeGreaterThan(version);
                version = store.Current.Version;
                KeepsTheLaws(store.Current);
            }

            // One event a change that was told, each beginning where the last one ended.
            foreach (var check in store.Current.Checks)
            {
                var lines = _events.Lines.Where(line => line.StartsWith(check.Plan.Name + " ", StringComparison.Ordinal))
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

    private StateStore Store(params CheckPlan[] checks) => new(Plans.Agent(checks), new AgentClock(_clock), [_events]);

    /// <summary>A run of each check, by its letter; a dot for none.</summary>
    private IReadOnlyList<int> Record(StateStore store, string letters, int times = 1)
    {
        IReadOnlyList<int> released = [];
        for (var i = 0; i < times; i++)
        {
            released = store.Record([.. letters.Index().Where(pair => pair.Item != '.').Select(pair =>
                new CompletedRun(pair.Index, Plans.Outcome(pair.Item) with { StartedAt = _clock.GetUtcNow() }, Span: null))]).Wanted;
        }

        return released;
    }

    private void Pass(StateStore store, int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        store.Refresh();
    }

    private static string Statuses(StateStore store) => string.Concat(store.Current.Checks.Select(check => check.Status.Letter()));
}
