using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Vocabulary;

public sealed class UnitsFuzzTests
{
    private static readonly string[] Pieces = [
        "0", "1", "9", "99999999", ".", "-", "+", "e", "E", " ", "ms", "s", "m", "h", "d", "B", "KiB", "TiB", "MB", "∞", "NaN"];

    [Fact]
    public void Durations_OfAnyText_AreReadOrRefused() => Fuzz.Feed(Pieces, 12, text =>
    {
        if (Units.TryParseDuration(text, out var duration))
        {
            duration.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            Units.TryParseDuration(Units.Format(duration), out _).ShouldBeTrue();
        }
    });

    [Fact]
    public void Sizes_OfAnyText_AreReadOrRefused() => Fuzz.Feed(Pieces, 12, text =>
    {
        if (Units.TryParseSize(text, out var size))
        {
            double.IsFinite(size).ShouldBeTrue();
            size.ShouldBeGreaterThanOrEqualTo(0);
            Units.FormatSize(size).ShouldNotBeEmpty();
        }
    });

    [Fact]
    public void Suggestions_ForAnyText_AreMade() => Fuzz.Feed(Pieces, 40, text => Suggestion.For(text, Pieces).ShouldNotBeNull());
}
