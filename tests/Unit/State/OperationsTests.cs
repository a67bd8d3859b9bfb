using System.Collections.Frozen;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>What operators say of checks: acknowledgements, silences, and windows beside those of the configuration.</summary>
public sealed class OperationsTests
{
    private readonly LoopClock _clock = new();
    private readonly RecordingListener _events = new();

    [Fact]
    public void Acknowledgement_EndsWhenTheCheckIsHealthyAgain()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1, successThreshold: 2));
        Record(store, "db", "F");
        store.Acknowledge(0, Known());

        Record(store, "db", "P");
        store.Current.Checks[0].Acknowledged.ShouldNotBeNull("one pass is no verdict");
        Record(store, "db", "P");

        store.Current.Checks[0].Acknowledged.ShouldBeNull();
        Record(store, "db", "F");
        store.Current.Checks[0].Acknowledged.ShouldBeNull("another incident is another one");
    }

    [Fact]
    public void Acknowledgement_HoldsFromDegradedToUnhealthyAndBack()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1));
        Record(store, "db", "W");
        store.Acknowledge(0, Known());

        Record(store, "db", "FWF");

        store.Current.Checks[0].Acknowledged!.By.ShouldBe("ops");
        _events.Acknowledged.ShouldBe([null, "ops", "ops", "ops"]);
        Record(store, "db", "P");
        _events.Acknowledged[^1].ShouldBe("ops", "the end of what was known is known, too");
    }

    [Fact]
    public void Acknowledgement_Expires()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1, interval: TimeSpan.FromMinutes(5)));
        Record(store, "db", "F");
        store.Acknowledge(0, Known(until: 60));

        Pass(store, 59);
        store.Current.Checks[0].Acknowledged.ShouldNotBeNull();
        Pass(store, 1);

        store.Current.Checks[0].Acknowledged.ShouldBeNull();
        store.Current.Checks[0].Status.ShouldBe(CheckStatus.Unhealthy);
    }

    [Fact]
    public void Acknowledgement_HoldsWhileTheCheckIsSuppressedOrStale()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1), Plans.Check("api", failureThreshold: 1, dependsOn: "db"));
        Record(store, "db", "P");
        Record(store, "api", "F");
        store.Acknowledge(1, Known());

        Record(store, "db", "F");
        store.Current.Checks[1].SuppressedBy.ShouldBe("db");
        Pass(store, 3600);

        store.Current.Checks[1].Acknowledged.ShouldNotBeNull();
    }

    [Fact]
    public void Reload_KeepsAcknowledgementsOfChecksThatStay()
    {
        var (stays, changes) = (Plans.Check("stays", failureThreshold: 1), Plans.Check("changes", failureThreshold: 1));
        var store = Store(stays, changes);
        Record(store, "stays", "F");
        Record(store, "changes", "F");
        store.Acknowledge(0, Known());
        store.Acknowledge(1, Known());

        store.Replace(new PlanIndex(Plans.Agent(Plans.Check("changes"), stays)));

        store.Current.Find("stays")!.Acknowledged.ShouldNotBeNull();
        store.Current.Find("changes")!.Acknowledged.ShouldBeNull("it starts over");
        _events.Operations[^1].Acknowledgements.Keys.ShouldBe(["stays"]);
    }

    [Fact]
    public void Silence_KeepsChangesFromEvents_NotFromRollUps_AndTellsAtTheEndWhatDiffers()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1), Plans.Check("api", failureThreshold: 1));
        Record(store, "db", "P");
        Record(store, "api", "P");
        store.SetWindows([Window(WindowKind.Silence, "quiet", start: 0, seconds: 60, "db")]);

        Record(store, "db", "F");
        Record(store, "api", "F");

        store.Current.Checks[0].Silence.ShouldBe("quiet");
        store.Current.FindRollUp(RollUpPlan.Ready)!.Contributed.Unhealthy.ShouldBe(2);
        _events.Lines.ShouldBe(["db ?>H", "api ?>H", "api H>U"]);
        Pass(store, 25);
        Record(store, "db", "F");
        Pass(store, 25);
        Record(store, "db", "F");
        Pass(store, 11);
        _events.Lines[^1].ShouldBe("db H>U");
        (store.Current.Checks[0].Silence, store.Current.Windows.Length).ShouldBe((null, 0));
    }

    [Fact]
    public void Silence_ThatIsRemoved_TellsWhatDiffersAtOnce()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1));
        Record(store, "db", "P");
        store.SetWindows([Window(WindowKind.Silence, "quiet", start: 0, seconds: 600, "*")]);
        Record(store, "db", "F");
        _events.Lines.ShouldBe(["db ?>H"]);

        store.SetWindows([]);

        _events.Lines.ShouldBe(["db ?>H", "db H>U"]);
    }

    [Fact]
    public void Window_OfAnOperator_IsMaintenanceAsByTheConfiguration()
    {
        var store = Store(Plans.Check("db", failureThreshold: 1, group: "orders"));
        Record(store, "db", "F");
        store.SetWindows([Window(WindowKind.Maintenance, "move", start: 10, seconds: 60, "orders")]);
        store.Current.Checks[0].Maintenance.ShouldBeNull("it is to come");

        Pass(store, 10);

        store.Current.Checks[0].Maintenance.ShouldBe("move");
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Healthy);
        store.Replace(new PlanIndex(Plans.Agent(Plans.Check("other", group: "orders"))));
        store.Current.Checks[0].Maintenance.ShouldBe("move", "it outlives a reload, and is for the checks of then");
        Pass(store, 60);
        (store.Current.Checks[0].Maintenance, store.Current.Windows.Length).ShouldBe((null, 0));
        _events.Operations[^1].Windows.ShouldBeEmpty();
    }

    [Fact]
    public void Restart_GoesOnWithWhatOperatorsSaid()
    {
        var plan = Plans.Agent(Plans.Check("bad", failureThreshold: 1), Plans.Check("well"), Plans.Check("unknown"));
        var carried = new[] { ("bad", CheckStatus.Unhealthy), ("well", CheckStatus.Healthy) }.Select(pair => CarriedState.Of(
            Snapshot.Initial(Plans.Agent(plan.Checks.Single(check => check.Name == pair.Item1)), Plans.At(0)), Plans.At(0)).Single() with
        {
            Status = pair.Item2, LastReportedStatus = pair.Item2, HasVerdict = true,
        });
        var said = CarriedOperations.None with
        {
            Acknowledgements = CarriedOperations.None.Acknowledgements.Add("bad", Known()).Add("well", Known()).Add("gone", Known())
                .Add("unknown", Known(until: -1)),
            Windows = [Window(WindowKind.Silence, "quiet", start: -10, seconds: 60, "bad")],
        };

        var store = new StateStore(plan, new AgentClock(_clock), [_events], carried, said);

        store.Current.Checks.Where(state => state.Acknowledged is not null).Select(state => state.Plan.Name).ShouldBe(["bad"]);
        store.Refresh();
        store.Current.Find("bad")!.Acknowledged.ShouldNotBeNull();
        store.Current.Find("bad")!.Silence.ShouldBe("quiet");
    }

    private static Acknowledgement Known(double? until = null) =>
        new("ops", Plans.Start, until is { } seconds ? Plans.Start.AddSeconds(seconds) : null, "the disk is on its way");

    private static OperatorWindow Window(WindowKind kind, string name, double start, double seconds, string subject) => new(
        name, kind,
        new MaintenanceWindow(
            name, FrozenSet.Create(StringComparer.Ordinal, subject), FrozenSet.Create(StringComparer.Ordinal, subject), Cron: null,
            Plans.Start.AddSeconds(start), TimeSpan.FromSeconds(seconds), TimeZoneInfo.Utc),
        "planned work", "ops", Plans.Start);

    private StateStore Store(params CheckPlan[] checks) => new(Plans.Agent(checks), new AgentClock(_clock), [_events]);

    private void Pass(StateStore store, double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        store.Refresh();
    }

    private static void Record(StateStore store, string check, string outcomes)
    {
        foreach (var outcome in outcomes)
        {
            store.Record([new CompletedRun(store.Current.Index.Positions[check], Plans.Outcome(outcome), Span: null)]);
        }
    }
}
