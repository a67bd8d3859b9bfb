namespace HealthAgent.Unit.Vocabulary;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("30s1m", 90_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData(".5s", 500)]
    [InlineData(" 2s ", 2_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("0.25ms", 0.25)]
    public void Duration_Written_IsRead(string text, double milliseconds)
    {
        Units.TryParseDuration(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("ten seconds")]
    [InlineData("10 s")]
    [InlineData("10S")]
    [InlineData("10sec")]
    [InlineData("-10s")]
    [InlineData("+10s")]
    [InlineData("1e3s")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    [InlineData("1,5s")]
    [InlineData("1m30")]
    [InlineData("10us")]
    [InlineData("٣s")]
    [InlineData("∞s")]
    [InlineData("99999999d")]
    [InlineData("9999999999999999999999999999999d")]
    public void Duration_OfNonsenseOrTooLong_IsRefused(string text) =>
        Units.TryParseDuration(text, out _).ShouldBeFalse();

    [Fact]
    public void Duration_OfFourHundredDigits_IsRefused() =>
        Units.TryParseDuration(new string('9', 400) + "ms", out _).ShouldBeFalse();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("512B", 512)]
    [InlineData("1KiB", 1024)]
    [InlineData("10MiB", 10 * 1024 * 1024)]
    [InlineData("1.5GiB", 1.5 * 1024 * 1024 * 1024)]
    [InlineData("2TiB", 2d * 1024 * 1024 * 1024 * 1024)]
    [InlineData("1kB", 1000)]
    [InlineData("1MB", 1e6)]
    [InlineData("1GB", 1e9)]
    [InlineData("1TB", 1e12)]
    [InlineData("10 MiB", 10 * 1024 * 1024)]
    [InlineData("10mib", 10 * 1024 * 1024)]
    public void Size_Written_IsRead(string text, double bytes)
    {
        Units.TryParseSize(text, out var size).ShouldBeTrue();
        size.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("10M")]
    [InlineData("10 MiB B")]
    [InlineData("-1MiB")]
    [InlineData("1MiB2KiB")]
    [InlineData("ten")]
    public void Size_OfNonsense_IsRefused(string text) =>
        Units.TryParseSize(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("TiB")]
    public void Size_BeyondNumbers_IsRefused(string unit) =>
        Units.TryParseSize(new string('9', 400) + unit, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(0.004, "0ms")]
    [InlineData(0.25, "0.25ms")]
    [InlineData(4.2, "4.2ms")]
    [InlineData(999.99, "999.99ms")]
    [InlineData(999.999, "1s")]
    [InlineData(1_000, "1s")]
    [InlineData(59_990, "59.99s")]
    [InlineData(59_999, "1m")]
    [InlineData(60_000, "1m")]
    [InlineData(90_000, "1m30s")]
    [InlineData(3_600_000, "1h")]
    [InlineData(3_661_000, "1h1m")]
    [InlineData(86_400_000, "1d")]
    [InlineData(86_460_000, "1d1m")]
    [InlineData(604_800_000, "7d")]
    [InlineData(-90_000, "-1m30s")]
    public void Duration_Shown_HasTwoUnitsAtMost(double milliseconds, string text) =>
        Units.Format(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(text);

    [Fact]
    public void Duration_AtTheEndsOfItsType_IsShown()
    {
        Units.Format(TimeSpan.MaxValue).ShouldBe("10675199d2h");
        Units.Format(TimeSpan.MinValue).ShouldBe("-10675199d2h");
    }

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KiB")]
    [InlineData(1536, "1.5KiB")]
    [InlineData(1048575, "1MiB")]
    [InlineData(1024d * 1024 * 1024 * 1.5, "1.5GiB")]
    [InlineData(1024d * 1024 * 1024 * 1024 * 5000, "5000TiB")]
    [InlineData(-2048, "-2KiB")]
    public void Size_Shown_HasTheLargestFittingUnit(double bytes, string text) =>
        Units.FormatSize(bytes).ShouldBe(text);

    [Fact]
    public void Duration_ShownWithWholeUnits_ReadsBack()
    {
        foreach (var seconds in new[] { 1, 59, 60, 61, 3599, 3600, 3660, 86_400, 90_000, 604_800 })
        {
            var duration = TimeSpan.FromSeconds(seconds);
            Units.TryParseDuration(Units.Format(duration), out var again).ShouldBeTrue();
            again.ShouldBe(duration);
        }
    }
}
