using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

/// <summary>The section <c>maintenance</c>.</summary>
public sealed class MaintenanceSettingsTests
{
    [Fact]
    public void Plan_WindowsThatAreWrong_AreErrorsWithTheirPlace()
    {
        var configured = Configured.Read("""
            checks:
              - { name: orders-db, kind: tcp, address: "127.0.0.1:1" }
            maintenance:
              - { name: a, checks: [order-db], cron: "0 2 * *", duration: 30m, timeZone: Europe/Pariss }
              - { name: b, checks: [orders-db], duration: 30m }
              - { name: c, cron: "0 2 * * *", start: tomorrow, checks: [orders-db] }
              - { name: d, start: "2026-11-22T22:00:00+01:00", checks: [orders-db], duration: 2h, color: red }
            """);

        configured.Errors.ShouldBe(
        [
            """agent.yaml:4:25: maintenance[a].checks: there is no check 'order-db' (did you mean 'orders-db'?)""",
            "agent.yaml:4:42: maintenance[a].cron: '0 2 * *' is not a cron expression of minute, hour, day, month, weekday: "
                + "The given cron expression has an invalid format. Months: Unexpected end.",
            """agent.yaml:4:78: maintenance[a].timeZone: this machine knows no time zone 'Europe/Pariss'; write one such as Europe/Paris""",
            """agent.yaml:5:5: maintenance[b]: a window has either 'cron', such as "0 2 * * *", or 'start', such as 2026-11-22T22:00:00Z""",
            """agent.yaml:6:5: maintenance[c].duration: 'duration' is required""",
            "agent.yaml:6:42: maintenance[c].start: a window has either 'cron', such as \"0 2 * * *\", or 'start', such as "
                + "2026-11-22T22:00:00Z",
            """agent.yaml:6:42: maintenance[c].start: 'tomorrow' is not a time; write 2026-11-22T22:00:00Z, or +01:00 instead of Z""",
            """agent.yaml:7:87: maintenance[d].color: unknown key (valid: checks, cron, duration, groups, name, start, timeZone)""",
        ]);
        configured.Maintenance[3].IsOpen(At("2026-11-22T21:30:00Z")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("checks: [a]", "a")]
    [InlineData("groups: [orders]", "a b")]
    [InlineData("groups: orders, checks: c", "a b c")]
    [InlineData("checks: ['*']", "a b c in-code")]
    [InlineData("checks: '*', groups: [stock]", "a b c in-code")]
    [InlineData("checks: [off]", "")]
    [InlineData("groups: [night]", "")]
    public void Window_ForChecksGroupsOrAll_CoversThem(string written, string covered)
    {
        var configured = Configured.Read($$"""
            checks:
              - { name: a, kind: self, group: orders }
              - { name: b, kind: self, group: orders }
              - { name: c, kind: self, group: stock }
              - { name: off, kind: self, group: night, enabled: false }
            maintenance:
              - { name: w, {{written}}, start: 2026-03-01T12:00:00Z, duration: 1h }
            """);
        configured.Errors.ShouldBeEmpty();
        var plan = Plans.Agent([.. configured.Plans, Plans.Check("in-code")]) with { Maintenance = configured.Maintenance };

        var calendar = new MaintenanceCalendar(plan, [], Plans.Start);

        plan.Checks.Index().Where(check => calendar.WindowOf(check.Index) == "w").Select(check => check.Item.Name)
            .ShouldBe(covered.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData("* * 30 FEB *")]
    public void Cron_ThatNeverComes_IsRefusedWithItsPlace(string cron) =>
        WindowErrors($"cron: '{cron}', duration: 1h, checks: [a]").ShouldBe(
        [$"agent.yaml:2:32: maintenance[w].cron: '{cron}' never comes: no month that it names has such a day"]);

    [Theory]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 31 * *")]
    [InlineData("30 2 * * 0#5")]
    public void Cron_ThatSeldomComes_IsTaken(string cron) => WindowErrors($"cron: '{cron}', duration: 1h, checks: [a]").ShouldBeEmpty();

    [Theory]
    [InlineData("checks: [], start: 2026-03-01T12:00Z, duration: 1h",
        "2:34: maintenance[w].checks: 'checks' or 'groups' is required: what the window is for; checks: [\"*\"] is all")]
    [InlineData("start: 2026-03-01T12:00Z, duration: 1h",
        "2:15: maintenance[w].checks: 'checks' or 'groups' is required: what the window is for; checks: [\"*\"] is all")]
    [InlineData("groups: [order], start: 2026-03-01T12:00Z, duration: 1h",
        "2:35: maintenance[w].groups: there is no group 'order' (did you mean 'orders'?)")]
    [InlineData(
        "groups: ['*'], start: 2026-03-01T12:00Z, duration: 1h", "2:35: maintenance[w].groups: there is no group '*' (valid: orders)")]
    [InlineData("checks: [a], start: 2026-03-01T12:00Z, duration: 36501d",
        "2:75: maintenance[w].duration: 36501d is too long; must be at most 36500d")]
    public void Window_ForNothingOrTooMuch_IsRefused(string written, string error) =>
        WindowErrors(written).ShouldBe([$"agent.yaml:{error}"]);

    private static IReadOnlyList<string> WindowErrors(string written) =>
        Configured.Read($"checks: [{{ name: a, kind: self, group: orders }}]\nmaintenance: [{{ name: w, {written} }}]").Errors;

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
