using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What a capture keeps of hostile texts.</summary>
public sealed class CaptureTests
{
    [Theory]
    [InlineData("body matches ^(.)", "🙂 smile")]
    [InlineData("body matches x(.)", "x🙂")]
    [InlineData("body matches (.)y", "🙂y")]
    public void Capture_OfHalfACharacter_FindsNothing(string written, string body)
    {
        Find(written, body, TimeSpan.FromSeconds(5), out var error).ShouldBeNull();

        error.ShouldBe($"'it' was not found: body has no match");
    }

    [Theory]
    [InlineData("body matches ^(.+) s", "🙂 smile", "🙂")]
    [InlineData("body matches (..)$", "a🙂", "🙂")]
    public void Capture_OfWholeCharacters_FindsThem(string written, string body, string found) =>
        Find(written, body, TimeSpan.FromSeconds(5), out _).ShouldBe(new CapturedValue(found, ObservedType.Text));

    [Fact]
    public void Capture_ByAnExpressionThatIsTooExpensiveForTheText_KeepsToTheDeadline()
    {
        var random = new Random(5);
        var body = string.Create(1024 * 1024, random, static (units, some) => some.GetItems("abd e", units));
        var start = TimeProvider.System.GetTimestamp();

        Should.Throw<System.Text.RegularExpressions.RegexMatchTimeoutException>(
            () => Find(@"body matches ((?:\w{1,50}\s?){30}c)", body, TimeSpan.FromMilliseconds(200), out _));

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static CapturedValue? Find(string written, string body, TimeSpan left, out string? error)
    {
        var capture = Capture.Parse("it", written, isShown: false, HttpCheck.Kind.Values, out error).ShouldNotBeNull(error);
        return capture.Find(new Dictionary<string, object>(StringComparer.Ordinal) { ["body"] = body }, () => left, out error);
    }
}
