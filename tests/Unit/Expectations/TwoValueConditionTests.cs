using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class TwoValueConditionTests
{
    private static readonly Dictionary<string, object> Observed = new(Values.Json(
        """
        {"free":"10.5","reserved":10,"same":10.0,"name":"web","alias":"web","id":9007199254740993,"other":9007199254740992,
         "null":null,"yes":true,"items":[{"n": 1},{"n":2}],"copy":[{"n":1.0},{"n":2}],"first":{"n":1},"code":200,"total":"2",
         "text":"json $.name","emoji":"a😀","status":"count","v":"1.10","w":"1.1"}
        """), StringComparer.Ordinal)
    {
        ["count"] = 200,
        ["used"] = 80,
        ["latency"] = TimeSpan.FromMilliseconds(300),
        ["size"] = 200L,
        ["body"] = "web",
        ["ready"] = true,
        ["header"] = Values.Headers(("X-Total", "2"), ("X-Name", "db"), ("X-Name", "web"))["header"],
    };

    [Theory]
    [InlineData("json $.free > json $.reserved", true)]
    [InlineData("json $.free not > json $.reserved", false)]
    [InlineData("json $.reserved == json $.same", true)]
    [InlineData("json $.name == json $.alias", true)]
    [InlineData("json $.name != json $.alias", false)]
    [InlineData("json $.id == json $.other", false)]
    [InlineData("json $.id > json $.other", true)]
    [InlineData("json $.items == json $.copy", true)]
    [InlineData("json $.items[0] == json $.first", true)]
    [InlineData("json $.items == json $.name", false)]
    [InlineData("json $.null == json $.null", true)]
    [InlineData("json $.null == json $.name", false)]
    [InlineData("json $.null < json $.code", false)]
    [InlineData("json $.null not < json $.code", false)]
    [InlineData("json $.v == json $.w", false)]
    [InlineData("json $.v <= json $.w", true)]
    [InlineData("json $.none == json $.none", false)]
    [InlineData("json $.name != json $.none", false)]
    [InlineData("json $.name==json $.alias", true)]
    [InlineData("count == json $.code", true)]
    [InlineData("count != json $.total", true)]
    [InlineData("json $.code <= count", true)]
    [InlineData("size == json $.code", true)]
    [InlineData("body == json $.name", true)]
    [InlineData("ready == json $.yes", true)]
    [InlineData("header X-Name == json $.name", true)]
    [InlineData("header X-Total < json $.code", true)]
    [InlineData("latency < latency", false)]
    [InlineData("latency <= latency", true)]
    public void Values_OnBothSides_AreCompared(string text, bool holds) => Values.Holds(text, Observed).ShouldBe(holds);

    [Theory]
    [InlineData("len(json $.items) == 2", true)]
    [InlineData("len( json $.items ) > 2", false)]
    [InlineData("len(json $.first) == 1", true)]
    [InlineData("len(json $.emoji) == 2", true)]
    [InlineData("len(json $['items'])>=1", true)]
    [InlineData("len(body) in 1..3", true)]
    [InlineData("len(body) not in [3]", false)]
    [InlineData("len(json $.items) == len(json $.copy)", true)]
    [InlineData("json $.total == len(json $.items)", true)]
    [InlineData("json $.total < len(json $.items)", false)]
    [InlineData("header X-Total == len(json $.items)", true)]
    [InlineData("len(json $.items) < count", true)]
    [InlineData("len(json $.items) exists", true)]
    [InlineData("len(json $.none) == 0", false)]
    [InlineData("len(json $.none) not exists", true)]
    [InlineData("len(json $.code) == 3", false)]
    [InlineData("len(json $.code) != 3", false)]
    [InlineData("len(json $.null) == 0", false)]
    public void Length_OfTextsArraysAndObjects_IsANumber(string text, bool holds) => Values.Holds(text, Observed).ShouldBe(holds);

    [Theory]
    [InlineData("json $.status == count", true)]
    [InlineData("json $.text == \"json $.name\"", true)]
    [InlineData("json $.text == 'json $.name'", true)]
    [InlineData("json $.text contains json $.n", true)]
    [InlineData("json $.text == json", false)]
    [InlineData("json $.text == json $.name and more", false)]
    [InlineData("json $.name in [json $.alias]", false)]
    [InlineData("body == header X-Name", false)]
    [InlineData("body == len(nothing)", false)]
    [InlineData("body == body", false)]
    [InlineData("body != len", true)]
    public void Text_ThatIsNoValueBySpelling_StaysAText(string text, bool holds)
    {
        Values.Condition(text).Right.ShouldBeNull();
        Values.Holds(text, Observed).ShouldBe(holds);
    }

    [Theory]
    [InlineData("latency < json $.code",
        "'latency' is a duration, such as 300ms and 'json $.code' is without a unit; they cannot be compared")]
    [InlineData("used < json $.code", "'used' is a percentage, such as 80% and 'json $.code' is without a unit; they cannot be compared")]
    [InlineData("latency < count", "'latency' is a duration, such as 300ms and 'count' is a number; they cannot be compared")]
    [InlineData("size < count", "'size' is a size, such as 10MiB and 'count' is a number; they cannot be compared")]
    [InlineData("size < len(body)", "'size' is a size, such as 10MiB and 'len(body)' is a number; they cannot be compared")]
    [InlineData("json $.code < latency",
        "'json $.code' is without a unit and 'latency' is a duration, such as 300ms; they cannot be compared; quote the right side if it "
            + "is text")]
    [InlineData("body == len(body)",
        "'body' is text and 'len(body)' is a number; they cannot be compared; quote the right side if it is text")]
    [InlineData("count == json $..a", "'json' needs a path to one value, such as 'json $.status'; '$..a' is not one")]
    [InlineData("body == json $..a",
        "'json' needs a path to one value, such as 'json $.status'; '$..a' is not one; quote the right side if it is text")]
    [InlineData("count == len(latency)", "'latency' is a duration, such as 300ms and has no length")]
    [InlineData("count == body", "'body' is not a number")]
    [InlineData("len(latency) > 5", "'latency' is a duration, such as 300ms and has no length")]
    [InlineData("len(json $.a > 5", "missing ')' after 'len(json $.a'")]
    [InlineData("len(body > 5", "missing ')' after 'len(body'")]
    [InlineData("len(nobody) > 5", "'nobody' is not a value that this kind observes (did you mean 'body'?)")]
    [InlineData("len(json) > 5", "'json' needs a path to one value, such as 'json $.status'; '' is not one")]
    [InlineData("len(body) contains 5", "'len(body)' is a number, not text")]
    [InlineData("len(body) > abc", "'abc' is not a number")]
    public void Values_ThatDoNotFit_AreExplained(string text, string error) => Values.Error(text).ShouldBe(error);

    [Theory]
    [InlineData("json $.reserved > json $.free", "json $.reserved > json $.free: was 10, json $.free was 10.5")]
    [InlineData("json $.name > json $.free", "json $.name > json $.free: was web, not a number, json $.free was 10.5")]
    [InlineData("json $.name == json $.none", "json $.name == json $.none: json $.none not observed")]
    [InlineData("len(json $.items) > 5", "len(json $.items) > 5: was 2")]
    [InlineData("len(json $.code) > 5", "len(json $.code) > 5: 200 has no length")]
    [InlineData("len(json $.none) > 5", "len(json $.none) > 5: not observed")]
    public void Explanation_OfAMiss_ShowsBothSides(string text, string explanation) =>
        Values.Condition(text).Explain(Observed).ShouldBe(explanation);

    [Theory]
    [InlineData("json $.a > count", "json", true)]
    [InlineData("json $.a > count", "count", true)]
    [InlineData("json $.a > count", "body", false)]
    [InlineData("len(body) > 5", "body", true)]
    public void Condition_OnTwoValues_UsesBoth(string text, string value, bool uses) => Values.Condition(text).Uses(value).ShouldBe(uses);

    [Fact]
    public void Value_OfAKindWithoutJson_IsAText() =>
        ConditionParser.Parse("body == json $.a", [new("body", ObservedType.Text, "")], out _)!.Right.ShouldBeNull();
}
