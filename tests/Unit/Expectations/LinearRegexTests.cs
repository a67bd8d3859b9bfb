using System.Text.RegularExpressions;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class LinearRegexTests
{
    [Theory]
    [InlineData("ok", true)]
    [InlineData("^ok$", true)]
    [InlineData("up|healthy|^$", true)]
    [InlineData(@"v\d\.[0-9a-f]\s\w", true)]
    [InlineData(@"\{""status"":""(?i)", false)]
    [InlineData(@"(?i)healthy", true)]
    [InlineData(@"\{""a"":.\}", true)]
    [InlineData(@"[^\]x]\b", true)]
    [InlineData("", true)]
    [InlineData("a*", false)]
    [InlineData("a+", false)]
    [InlineData("a?", false)]
    [InlineData("a{2}", false)]
    [InlineData("(a|b)", false)]
    [InlineData(@"\1", false)]
    [InlineData(@"\k<a>", false)]
    [InlineData(@"\Ga", false)]
    [InlineData(@"\p{L}", false)]
    [InlineData("[a-z-[b]]", false)]
    [InlineData("[]a]", false)]
    [InlineData("(?=a)", false)]
    [InlineData(@"a\", false)]
    public void Expression_WithNothingToGoBackTo_IsSimple(string pattern, bool isSimple) => LinearRegex.IsSimple(pattern).ShouldBe(isSimple);

    [Theory]
    [InlineData("ok", "it is ok")]
    [InlineData("^ok$", "ok\n")]
    [InlineData("up|healthy", "unhealthy")]
    [InlineData("(?i)UP", "it is up")]
    [InlineData(@"v\d\.[0-9a-f]", "v1.f")]
    [InlineData(@"\bword\b", "sword")]
    [InlineData("a.c", "a\nc")]
    [InlineData("ı", "I")]
    [InlineData("(?i)ı", "I")]
    [InlineData("[^a-c]", "abc")]
    public void Expression_ThatIsSimple_FindsWhatTheLinearEngineFinds(string pattern, string text)
    {
        LinearRegex.IsSimple(pattern).ShouldBeTrue();
        var linear = Matches(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).EnumerateMatches(text));
        Matches(LinearRegex.EnumerateMatches(pattern, text)).ShouldBe(linear);
        LinearRegex.IsMatch(pattern, text).ShouldBe(linear.Count > 0);
    }

    [Theory]
    [InlineData("body matches status.*healthy")]
    [InlineData("body matches ^ok-#|healthy")]
    public void Conditions_WithTheSameOrASimpleExpression_AreCheap(string text) => AllocatedBy(text).ShouldBeLessThan(10_000_000);

    [Fact]
    public void Conditions_WithManyExpressions_HoldABoundedNumber()
    {
        _ = Values.Condition("body matches a+");
        Regex.CacheSize.ShouldBe(LinearRegex.MostHeld);
    }

    [Theory]
    [InlineData("[z-a]")]
    [InlineData("[b-a]|x")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)")]
    [InlineData("(((a{100}){100}){100})")]
    public void Expression_ThatIsInvalidOrNotLinear_IsRefused(string pattern)
    {
        LinearRegex.IsValid(pattern, out var error).ShouldBeFalse();
        error.ShouldNotBeNull().ShouldStartWith($"'{pattern}' is not a regular expression that runs in linear time: ");
    }

    private static List<(int Index, int Length)> Matches(Regex.ValueMatchEnumerator matches)
    {
        var found = new List<(int, int)>();
        foreach (var match in matches)
        {
            found.Add((match.Index, match.Length));
        }

        return found;
    }

    /// <summary>What a hundred conditions allocate until they were used, in bytes; a compiled expression each would be 30 MB and more.</summary>
    private static long AllocatedBy(string text)
    {
        var observed = new Dictionary<string, object>(StringComparer.Ordinal) { ["body"] = "the status is healthy" };
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Values.Condition(text.Replace("#", $"{i}", StringComparison.Ordinal)).Judge(observed).ShouldBe(Verdict.Holds);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
