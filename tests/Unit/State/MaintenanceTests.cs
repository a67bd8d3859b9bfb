using System.Collections.Frozen;
using Cronos;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

public sealed class MaintenanceTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Theory]
    [InlineData("2026-03-10T00:59:59Z", false)]
    [InlineData("2026-03-10T01:00:00Z", true)]
    [InlineData("2026-03-10T01:29:59Z", true)]
    [InlineData("2026-03-10T01:30:00Z", false)]
    [InlineData("2026-07-10T00:00:00Z", true)]
    [InlineData("2026-07-10T01:00:00Z", false)]
    public void IsOpen_ByCron_FollowsTheClockOfItsZone(string now, bool open) =>
        Nightly("0 2 * * *", Paris).IsOpen(At(now)).ShouldBe(open);

    [Theory]
    [InlineData("2026-03-10T21:59:59Z", false)]
    [InlineData("2026-03-10T22:00:00Z", true)]
    [InlineData("2026-03-10T22:29:59Z", true)]
    [InlineData("2026-03-10T22:30:00Z", false)]
    [InlineData("2027-03-10T22:00:00Z", false)]
    public void IsOpen_Once_IsOpenForItsDuration(string now, bool open) =>
        (Nightly("0 2 * * *", Paris) with { Cron = null, Start = At("2026-03-10T22:00:00Z") }).IsOpen(At(now)).ShouldBe(open);

    [Fact]
    public void Record_InMaintenance_IsShownButNeitherToldNorRolledUp()
    {
        var (store, clock, told) = Store(opensAfter: 60);
        Run(store, clock, "PP");
        Pass(store, clock, seconds: 60);

        Run(store, clock, "FP", times: 3);

        var db = store.Current.Find("db")!;
        (db.Status, db.Maintenance).ShouldBe((CheckStatus.Unhealthy, "nightly"));
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Healthy);
        store.Current.FindRollUp(RollUpPlan.Full)!.Status.ShouldBe(CheckStatus.Healthy);
        told.ShouldBe(["db ?>H", "api ?>H"]);
    }

    [Fact]
    public void Refresh_MaintenanceEndsAndItIsStillDown_IsToldThen()
    {
        var (store, clock, told) = Store(opensAfter: 60);
        Run(store, clock, "PP");
        Pass(store, clock, seconds: 60);
        Run(store, clock, "FP", times: 3);

        Pass(store, clock, seconds: 30);

        store.Current.Find("db")!.Maintenance.ShouldBeNull();
        store.Current.FindRollUp(RollUpPlan.Ready)!.Status.ShouldBe(CheckStatus.Unhealthy);
        told[^1].ShouldBe("db H>U");
    }

    [Fact]
    public void Record_DownAndUpWithinMaintenance_IsNeverToldOf()
    {
        var (store, clock, told) = Store(opensAfter: 60);
        Run(store, clock, "PP");
        Pass(store, clock, seconds: 60);

        Run(store, clock, "FP", times: 3);
        Run(store, clock, "PP");
        Pass(store, clock, seconds: 30);

        told.ShouldBe(["db ?>H", "api ?>H"]);
    }

    [Fact]
    public void Window_ForAGroup_CoversAlsoChecksOfItInCode()
    {
        var window = Nightly("0 2 * * *", Paris) with { Groups = FrozenSet.Create(StringComparer.Ordinal, "orders") };
        window.Covers(Plans.Check("api", group: "orders")).ShouldBeTrue();
        window.Covers(Plans.Check("db", group: "stock")).ShouldBeTrue();
        window.Covers(Plans.Check("api", group: "stock")).ShouldBeFalse();
        window.Covers(Plans.Check("orders")).ShouldBeFalse();
        window.ShouldNotBe(Nightly("0 2 * * *", Paris));
    }

    private static MaintenanceWindow Nightly(string cron, TimeZoneInfo zone) => new(
        "nightly", FrozenSet.Create(StringComparer.Ordinal, "db"), FrozenSet<string>.Empty, CronExpression.Parse(cron), default,
        TimeSpan.FromMinutes(30), zone);

    private static (StateStore Store, FakeTimeProvider Clock, List<string> Told) Store(int opensAfter)
    {
        var clock = new FakeTimeProvider(Plans.Start);
        var told = new RecordingListener();
        var window = Nightly("0 2 * * *", Paris) with
        {
            Cron = null, Start = Plans.Start.AddSeconds(opensAfter), Duration = TimeSpan.FromSeconds(20),
        };
        var checks = new[] { "db", "api" }.Select(name => Plans.Check(name, interval: TimeSpan.FromMinutes(5)));
        var plan = Plans.Agent([.. checks]) with { Maintenance = [window] };
        return (new StateStore(plan, new AgentClock(clock), [told]), clock, told.Lines);
    }

    private static void Run(StateStore store, FakeTimeProvider clock, string letters, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            store.Record([.. letters.Index().Select(
                pair => new CompletedRun(pair.Index, Plans.Outcome(pair.Item) with { StartedAt = clock.GetUtcNow() }, Span: null))]);
        }
    }

    private static void Pass(StateStore store, FakeTimeProvider clock, int seconds)
    {
        clock.Advance(TimeSpan.FromSeconds(seconds));
        store.Refresh();
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
