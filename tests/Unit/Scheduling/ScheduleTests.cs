using HealthAgent.Scheduling;

namespace HealthAgent.Unit.Scheduling;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(0, 10_000, 0)]
    [InlineData(1, 10_000, 1)]
    [InlineData(9_999, 10_000, 9_999)]
    [InlineData(10_000, 10_000, 0)]
    [InlineData(12_345, 10_000, 2_345)]
    [InlineData(250, 100, 50)]
    public void First_ByPosition_IsOneAfterTheOtherAndNeverLaterThanTheInterval(int position, int intervalMs, int dueMs) =>
        Schedule.First(position, Ms(intervalMs)).ShouldBe(Ms(dueMs));

    [Fact]
    public void First_OfTenThousand_StartsAtMostOneAMillisecond() =>
        Enumerable.Range(0, 10_000).Select(position => Schedule.First(position, TimeSpan.FromSeconds(10)))
            .GroupBy(due => due.Ticks / TimeSpan.TicksPerMillisecond)
            .Max(group => group.Count()).ShouldBe(1);

    [Theory]
    [InlineData(0, 10_000, 0, 10_000)]
    [InlineData(0, 10_000, 1, 10_000)]
    [InlineData(0, 10_000, 9_999, 10_000)]
    [InlineData(0, 10_000, 10_000, 20_000)]
    [InlineData(3_000, 10_000, 0, 3_000)]
    [InlineData(3_000, 10_000, 2_999, 3_000)]
    [InlineData(3_000, 10_000, 3_000, 13_000)]
    [InlineData(3_000, 10_000, 12_999, 13_000)]
    [InlineData(3_000, 10_000, 13_001, 23_000)]
    public void Next_AtAnyTime_IsTheFirstRegularStartAfterIt(int phaseMs, int intervalMs, int nowMs, int nextMs) =>
        Schedule.Next(Ms(phaseMs), Ms(intervalMs), Ms(nowMs)).ShouldBe(Ms(nextMs));

    [Fact]
    public void Next_AfterMissedOccurrences_DoesNotMakeUpForThem() =>
        Schedule.Next(Ms(3_000), Ms(10_000), Ms(95_000)).ShouldBe(Ms(103_000));

    [Fact]
    public void Next_OverADayOfRunsThatTakeTheirTime_DoesNotDrift()
    {
        var (phase, interval, random) = (Ms(4_321), TimeSpan.FromSeconds(15), new Random(5));
        var due = phase;
        for (var run = 1; run <= 5760; run++)
        {
            // It starts a bit late and takes up to four fifths of the interval.
            var ended = due + Ms(random.Next(12_000));
            due = Schedule.Next(phase, interval, ended);
            due.ShouldBe(phase + (interval * run));
        }

        due.ShouldBe(phase + TimeSpan.FromDays(1));
    }

    [Fact]
    public void Next_AtRandom_IsAfterNowWithinOneIntervalAndInPhase()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var interval = TimeSpan.FromTicks(random.NextInt64(1, TimeSpan.TicksPerHour));
            var phase = interval * random.NextDouble();
            var now = TimeSpan.FromTicks(random.NextInt64(0, TimeSpan.TicksPerDay));

            var next = Schedule.Next(phase, interval, now);

            next.ShouldBeGreaterThan(now);
            (next - now).ShouldBeLessThanOrEqualTo(now < phase ? phase : interval);
            ((next - phase).Ticks % interval.Ticks).ShouldBe(0);
        }
    }

    [Fact]
    public void Next_AfterThirtyYears_IsStillExact()
    {
        var (phase, interval) = (TimeSpan.FromTicks(1_234_567), Ms(100));
        var now = TimeSpan.FromDays(365 * 30);

        var next = Schedule.Next(phase, interval, now);

        ((next - phase).Ticks % interval.Ticks).ShouldBe(0);
        (next - now).ShouldBeInRange(TimeSpan.FromTicks(1), interval);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
