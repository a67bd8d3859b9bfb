using System.Text;
using System.Text.RegularExpressions;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class RegexCostTests
{
    private const int Long = 1024 * 1024;

    [Theory]
    [InlineData("", 0, 1)]
    [InlineData("abc", 3, 1)]
    [InlineData("a{3}b+", 4, 1)]
    [InlineData("a{3,}b{2,5}c{,2}", 13, 13)]
    [InlineData("a*?b+?c??d{2}?e", 6, 1)]
    [InlineData("(?:ab|c){4}", 12, 1)]
    [InlineData("(?:ab|cd){10}", 40, 64_000)]
    [InlineData("(?:ab){10}", 20, 20)]
    [InlineData("(?i)ok", 2, 1)]
    [InlineData("(?<name>a)(?i:b)", 2, 1)]
    [InlineData("(?>a", 1, 1)]
    [InlineData("(?a", 0, 1)]
    [InlineData(@"\.\{\(\\x", 5, 1)]
    [InlineData(@"[]a{9}][^]()*+][\]{9}][a-z-[x-[y]]]b", 5, 1)]
    [InlineData("[a", 1, 1)]
    [InlineData("a)b{x}{", 7, 1)]
    [InlineData("a.{0,500}c", 502, 502)]
    [InlineData("(a.{0,9}){20}c", 201, 8_120_601)]
    [InlineData("(a.{0,9}){2,}c", 21, 9_261, true)]
    [InlineData("(a.{0,9})*c", 11, 1, true)]
    [InlineData("(ab)+(c|d){2,}", 6, 1, true)]
    [InlineData(@"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}\d", 31, 29_791)]
    [InlineData("(((a{100}){100}){100})", 1_000_000, 1_000_000)]
    [InlineData("((((a{9999}){9999}){9999}){9999})", 1_000_000, 1_000_000)]
    public void Cost_OfAnExpression_IsThatOfItsRepetitions(string pattern, long states, long perCharacter, bool repeatsGroup = false) =>
        RegexCost.Of(pattern).ShouldBe(new(states, perCharacter, repeatsGroup));

    [Theory]
    [InlineData(@"(\w{1,20}\s?){20}c")]
    [InlineData("(a.{0,9}){20}c")]
    [InlineData("((a?b?){9})*c")]
    public void Match_ThatIsExpensive_EndsByTheDeadlineInLittleMemory(string pattern)
    {
        var condition = Values.Condition($"body matches {pattern}");
        var observed = Values.Observed("body", Hostile(Long, "ab"));
        var (start, allocated) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());

        Should.Throw<TimeoutException>(
            () => condition.Judge(observed, () => TimeSpan.FromMilliseconds(200) - TimeProvider.System.GetElapsedTime(start)));

        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(64 * Long);
    }

    /// <summary>Which engine runs must not matter.</summary>
    [Fact]
    public void Match_WithAndWithoutBacktracking_IsTheSame()
    {
        var random = new Random(10);
        for (var i = 0; i < 400; i++)
        {
            var pattern = Pattern(random, depth: 0);
            var text = Hostile(random.Next(60), "aab\nc", random);
            var expected = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch(text);
            new Regex(pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromMinutes(1)).IsMatch(text)
                .ShouldBe(expected, pattern);
            LinearRegex.Parse(pattern, out _)!.IsMatch(text, static () => TimeSpan.MaxValue).ShouldBe(expected, pattern);
        }
    }

    private static string Pattern(Random random, int depth) => random.Next(depth > 3 ? 4 : 9) switch
    {
        0 => "a",
        1 => "b",
        2 => ".",
        3 => random.GetItems(["^", "$", @"\b", "[^a]", @"\w", "c", @"\s"], 1)[0],
        4 => $"({Pattern(random, depth + 1)}|{Pattern(random, depth + 1)})",
        5 => $"({Pattern(random, depth + 1)}){random.GetItems(["*", "+", "?", "{2}", "{1,3}", "*?", "{2,}"], 1)[0]}",
        _ => Pattern(random, depth + 1) + Pattern(random, depth + 1),
    };

    internal static string Hostile(int length, string characters, Random? random = null)
    {
        random ??= new Random(1);
        return new StringBuilder(length).Append(random.GetItems(characters.AsSpan(), length)).ToString();
    }
}
