







namespace HealthAgent.Unit.Expectations;

public sealed class HeaderConditionTests
{
    private static readonly Dictionary<string, object> Observed = Values.Headers(
        ("Set-Cookie", "zz=4; Domain=www.example.com"), (
            "Set-Cookie", "gid=1; Domain=.example.com"), ("X-Success", "some"), ("X-Success", "truly"),
        ("Age", "60"), ("X-Left", "none"), ("X-Left", "7"), ("X-Rest", "7"), ("X-Rest", "none"), ("X-Empty", ""));

    [Theory]
    [InlineData("header Set-Cookie matches ^gid=", true)]
    [InlineData("header Set-Cookie not matches ^gid=", false)]
    [InlineData("header Set-Cookie matches ^other=", false)]
    [InlineData("header Set-Cookie not matches ^other=", true)]
    [InlineData("header Set-Cookie matches com$", true)]
    [InlineData("header Set-Cookie matches com, gid", false)]
    [InlineData("header X-Success == truly", true)]
    [InlineData("header X-Success != truly", false)]
    [InlineData("header X-Success not != truly", true)]
    [InlineData("header X-Success != other", true)]
    [InlineData("header X-Success == some, truly", false)]
    [InlineData("header X-Success in [true, truly]", true)]
    [InlineData("header X-Success not in [true, truly]", false)]
    [InlineData("header X-Success not in [true]", true)]
    [InlineData("header X-Success contains rul", true)]
    [InlineData("header X-Success not contains rul", false)]
    [InlineData("header x-SUCCESS exists", true)]
    [InlineData("header X-Empty exists", true)]
    [InlineData("header X-Empty == \"\"", true)]
    [InlineData("header Via not exists", true)]
    [InlineData("header Via != a", false)]
    [InlineData("header Age < 61", true)]
    [InlineData("header Age > 60", false)]
    [InlineData("header Age not > 60", true)]
    [InlineData("header Age == 60", true)]
    [InlineData("header Age == 60.0", false)]
    [InlineData("header X-Left > 5", true)]
    [InlineData("header X-Left > 7", false)]
    [InlineData("header X-Left not > 7", true)]
    [InlineData("header X-Rest not > 7", true)]
    [InlineData("header X-Success > 7", false)]
    [InlineData("header X-Success not > 7", false)]
    [InlineData("len(header Set-Cookie) == 2", true)]
    [InlineData("len(header Age) == 1", true)]
    [InlineData("len(header Via) == 0", false)]
    public void Header_SentSeveralTimes_IsJudgedValueByValue(string text, bool holds) => Values.Holds(text, Observed).ShouldBe(holds);

    [Fact]
    public void Explanation_OfAHeaderSentSeveralTimes_ShowsAll() =>
        Values.Condition("header X-Success == other").Explain(Observed).ShouldBe("header X-Success == other: was some, truly");
}
