using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>What time does to checks that have no run.</summary>
public sealed class StalenessTests
{
    [Fact]
    public void Refresh_NoRunForThreeIntervals_MakesStaleAndTellsOnce()
    {
        var store = new RecordedStore(Plans.Check("api", interval: TimeSpan.FromSeconds(10)));
        store.Record("P");

        store.Pass(seconds: 30);
        store.Statuses.ShouldBe("H");
        store.Pass(seconds: 5);

        store.Statuses.ShouldBe("?");
        store.Current.Checks[0].IsStale.ShouldBeTrue();
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Unknown);
        store.Events.Lines.ShouldBe(["api ?>H", "api H>?"]);
        store.Record("P");
        store.Statuses.ShouldBe("H");
        store.Events.Lines[^1].ShouldBe("api ?>H");
    }

    [Fact]
    public void Refresh_WhileOtherChecksRunAllTheTime_StillMakesStale()
    {
        var store = new RecordedStore(
            Plans.Check("busy", interval: TimeSpan.FromSeconds(1)), Plans.Check("lost", interval: TimeSpan.FromSeconds(10)));
        store.Record("PP");

        for (var i = 0; i < 80; i++)
        {
            store.Clock.Advance(TimeSpan.FromSeconds(0.5));
            store.Record("P.");
            store.Refresh();
        }

        store.Statuses.ShouldBe("H?");
    }

    [Fact]
    public void Refresh_NeverRun_IsStaleAndTellsNothing()
    {
        var store = new RecordedStore(Plans.Check("api", interval: TimeSpan.FromSeconds(10)));

        store.Pass(seconds: 40);

        store.Current.Checks[0].IsStale.ShouldBeTrue();
        store.Events.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Refresh_SuppressedForLong_IsNotStaleAndNeitherRightAfter()
    {
        var store = new RecordedStore(Plans.Check("db"), Plans.Check("api", dependsOn: "db"));
        store.Record("PP");
        store.Record("F.", times: 3);

        for (var minute = 0; minute < 10; minute++)
        {
            store.Pass(seconds: 10);
            store.Record("F.");
        }

        store.Current.Checks[1].IsStale.ShouldBeFalse();
        store.Record("P.");
        store.Pass(seconds: 20);
        store.Current.Checks[1].IsStale.ShouldBeFalse();
        store.Events.Lines.ShouldBe(["db ?>H", "api ?>H", "db H>U", "db U>H"], ignoreOrder: true);
    }
}
