using System.Text.RegularExpressions;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class LinearRegexTests
{
    private const string Hostile = "a.{0,200}b.{0,200}a.{0,200}b.{0,200}c";

    private static readonly Func<TimeSpan> Endless = static () => TimeSpan.MaxValue;

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
    public void Expression_WithNothingToGoBackTo_IsSimple(string pattern, bool isSimple) =>
        LinearRegex.IsSimple(pattern).ShouldBe(isSimple);

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
        var linear = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch(text);
        LinearRegex.Parse(pattern, out _).ShouldNotBeNull().IsMatch(text, Endless).ShouldBe(linear);
    }

    [Theory]
    [InlineData("body matches status.*healthy")]
    [InlineData("body matches ^ok-#|healthy")]
    public void Conditions_WithTheSameOrASimpleExpression_AreCheap(string text) => AllocatedBy(text).ShouldBeLessThan(10_000_000);

    [Fact]
    public void Forms_ThatAllocatedMoreThanTheBound_AreDroppedByTheirUse()
    {
        var pool = new RegexPool(8 * 1024 * 1024, RegexOptions.NonBacktracking);
        for (var i = 0; i < 100; i++)
        {
            pool.IsMatch($"a+{i}", "aa1").ShouldBe(i == 1);
        }

        pool.Count.ShouldBeInRange(8, 90);
    }

    [Fact]
    public void Form_ThatATextMakesGrow_IsDropped()
    {
        var pool = new RegexPool(8 * 1024 * 1024, RegexOptions.NonBacktracking);
        pool.IsMatch(Hostile, "ab").ShouldBeFalse();
        pool.Count.ShouldBe(1);
        pool.IsMatch(Hostile, HostileText(100_000)).ShouldBeFalse();
        pool.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")]
    [InlineData(@"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b")]
    [InlineData(@"([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}")]
    [InlineData(@"^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$")]
    [InlineData(@"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,63}\b")]
    [InlineData(@"^\d{1,4}-\d{1,2}-\d{1,2}T\d{1,2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$")]
    [InlineData(@"""status""\s*:\s*""(ok|up|healthy)""")]
    [InlineData(@"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData(@"^([a-z0-9-]{1,63}\.){1,4}[a-z]{2,63}$")]
    [InlineData(@"eyJ[\w-]{10,500}\.[\w-]{10,500}\.[\w-]{10,100}")]
    [InlineData("^.{1,255}$")]
    [InlineData(@"(\w{1,50}\s?){50}c", false)]
    [InlineData("(((a{100}){100}){100})", false)]
    public void Expression_ThatIsHonest_IsNotTooLarge(string pattern, bool isRead = true)
    {
        (LinearRegex.Parse(pattern, out var error) is not null).ShouldBe(isRead);
        (error is null).ShouldBe(isRead);
        (error ?? "").ShouldEndWith(isRead ? "" : "use smaller counts in {m,n}, or + and *");
    }

    [Fact]
    public void Condition_WithAnExpression_IsNamedWhenTheTimeIsUp()
    {
        var condition = Values.Condition($"body matches {Hostile}");
        var observed = Values.Observed("body", "text");
        Should.Throw<TimeoutException>(() => condition.Judge(observed, () => TimeSpan.Zero))
            .Message.ShouldStartWith($"'{condition.Text}' timed out: the regular expression is too slow");
    }

    [Fact]
    public void Match_AtTheEndOfALongText_IsFoundWithADeadline()
    {
        var text = HostileText(500_000) + "a.c";
        Values.Condition("body matches a.{0,99}b.{0,99}c").Judge(Values.Observed("body", text), () => TimeSpan.FromMinutes(1))
            .ShouldBe(Verdict.Holds);
    }

    [Theory]
    [InlineData("[z-a]")]
    [InlineData("[b-a]|x")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)")]
    public void Expression_ThatIsInvalidOrNotLinear_IsRefused(string pattern)
    {
        LinearRegex.Parse(pattern, out var error).ShouldBeNull();
        error.ShouldNotBeNull()
            .ShouldStartWith($"'{pattern}' is not a valid regular expression (without look-around and backreferences): ");
    }

    /// <summary>A text in which a match could start anywhere, so that the automaton grows to thousands of states.</summary>
    private static string HostileText(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = random.Next(2) == 0 ? 'a' : 'b';
            }
        });
    }

    /// <summary>Bytes allocated by a hundred conditions including first use; a compiled expression each would be over 30 MB.</summary>
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
