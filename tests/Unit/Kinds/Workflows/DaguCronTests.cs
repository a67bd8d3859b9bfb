using System.Globalization;
using HealthAgent.Kinds.Workflows.Dagu.Schedules;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>Dagu's cron expressions differ from those of the package that reads them.</summary>
public sealed class DaguCronTests
{
    [Theory]
    [InlineData("*/15 * * * *", "2026-11-26T01:50Z", "2026-11-26T02:15Z", "+00:00", "02:00 02:15")]
    [InlineData("0 8 * * *", "2026-11-26T00:00Z", "2026-11-26T23:59Z", "+01:00", "07:00")]
    [InlineData("5/20 2 * * *", "2026-11-26T00:00Z", "2026-11-26T23:59Z", "+00:00", "02:05 02:25 02:45")]
    [InlineData("0 ? ? * thu", "2026-11-26T00:00Z", "2026-11-26T02:00Z", "+00:00", "01:00 02:00")]
    [InlineData("0 12 13 * FRI", "2026-11-25T00:00Z", "2026-11-28T00:00Z", "+00:00", "12:00")]
    [InlineData("0 12 26 * FRI", "2026-11-25T00:00Z", "2026-11-28T00:00Z", "+00:00", "12:00 12:00")]
    [InlineData("0 12 */2 * FRI", "2026-11-25T13:00Z", "2026-11-29T13:00Z", "+00:00", "12:00 12:00")]
    [InlineData("0 12 */1 * FRI", "2026-11-25T13:00Z", "2026-11-29T13:00Z", "+00:00", "12:00")]
    [InlineData("CRON_TZ=Europe/Paris 30 9 * * *", "2026-11-26T00:00Z", "2026-11-26T23:59Z", "+09:00", "08:30")]
    [InlineData("TZ=America/New_York 0 0 * * *", "2026-11-26T00:00Z", "2026-11-26T23:59Z", "+00:00", "05:00")]
    // 2026-03-29 at 02:00 the clock in Paris goes to 03:00; on 2026-10-25 at 03:00 it goes back to 02:00.
    [InlineData("CRON_TZ=Europe/Paris 30 2 * * *", "2026-03-28T12:00Z", "2026-03-30T12:00Z", "+00:00", "00:30")]
    [InlineData("CRON_TZ=Europe/Paris 30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T12:00Z", "+00:00", "00:30 01:30")]
    [InlineData("CRON_TZ=Europe/Paris 0 3 * * *", "2026-03-28T12:00Z", "2026-03-29T12:00Z", "+00:00", "01:00")]
    [InlineData("CRON_TZ=Europe/Paris 0 * * * *", "2026-10-24T23:30Z", "2026-10-25T02:30Z", "+00:00", "00:00 01:00 02:00")]
    [InlineData("CRON_TZ=Australia/Lord_Howe 15 2 * * *", "2026-10-02T00:00Z", "2026-10-04T00:00Z", "+00:00", "15:45")]
    public void Times_InASpan_AreThoseOfDagu(string cron, string after, string until, string offset, string expected) =>
        string.Join(' ', DaguCron.Parse(cron).ShouldNotBeNull()
            .Between(Time(after), Time(until), TimeSpan.Parse(offset.TrimStart('+'), CultureInfo.InvariantCulture))
            .Select(time => time.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture))).ShouldBe(expected);

    [Theory]
    [InlineData("* * * * *", "2026-11-26T02:15:59Z", "2026-11-26T02:15Z")]
    [InlineData("* * * * *", "2026-11-26T02:15Z", "2026-11-26T02:15Z")]
    [InlineData("0 3 * * *", "2026-11-26T02:59Z", "2026-11-25T03:00Z")]
    [InlineData("0 3 1 * *", "2026-11-26T02:59Z", "2026-11-01T03:00Z")]
    [InlineData("0 3 29 2 *", "2026-11-26T02:59Z", "2024-02-29T03:00Z")]
    [InlineData("0 3 31 2 *", "2026-11-26T02:59Z", null)]
    public void Latest_BeforeATime_IsFound(string cron, string until, string? expected) =>
        DaguCron.Parse(cron).ShouldNotBeNull().Latest(Time(until), TimeSpan.Zero)
            .ShouldBe(expected is null ? null : Time(expected));

    [Theory]
    [InlineData("@hourly")]
    [InlineData("")]
    [InlineData("CRON_TZ=Europe/Paris")]
    [InlineData("CRON_TZ=Nowhere/Land 0 3 * * *")]
    [InlineData("0 0 3 * * *")]
    [InlineData("61 * * * *")]
    public void Expression_ThatIsNotOfDagu_IsNotRead(string cron) => DaguCron.Parse(cron).ShouldBeNull();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
