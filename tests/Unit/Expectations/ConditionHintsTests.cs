using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class ConditionHintsTests
{
    [Theory]
    [InlineData("used < 0.9", "'0.9' is a ratio: write 90%, or 0.9% if that is meant")]
    [InlineData("used in 0.1..0.5", "'0.1' is a ratio: write 10%, or 0.1% if that is meant")]
    [InlineData("used in 0..0.5", "'0.5' is a ratio: write 50%, or 0.5% if that is meant")]
    [InlineData("used in [0.25]", "'0.25' is a ratio: write 25%, or 0.25% if that is meant")]
    [InlineData("used > 80%%", "'80%%' is not a percentage, such as 80%")]
    [InlineData("count = 200", "'=' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count =200", "'=' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count=200", "'=' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count === 200", "'===' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count is 200", "'is' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count not = 200", "'=' is not an operator (did you mean 'count not == 200'?)")]
    [InlineData("count => 200", "'=>' is not an operator (did you mean 'count >= 200'?)")]
    [InlineData("count =< 200", "'=<' is not an operator (did you mean 'count <= 200'?)")]
    [InlineData("count <> 200", "'<>' is not an operator (did you mean 'count != 200'?)")]
    [InlineData("body =~ ^ok", "'=~' is not an operator (did you mean 'body matches ^ok'?)")]
    [InlineData("body !~ ^ok", "'!~' is not an operator (did you mean 'body not matches ^ok'?)")]
    [InlineData("body CONTAINS ok", "'CONTAINS' is not an operator (did you mean 'body contains ok'?)")]
    [InlineData("body Exists", "'Exists' is not an operator (did you mean 'body exists'?)")]
    [InlineData("body NOT contains ok", "'NOT' is not an operator (did you mean 'body not contains ok'?)")]
    [InlineData("count =! 200", "'=!' is not an operator (did you mean 'count != 200'?)")]
    [InlineData("count equals 200", "'equals' is not an operator (did you mean 'count == 200'?)")]
    [InlineData("count 200", "missing operator (did you mean 'count == 200'?)")]
    [InlineData("latency 2s", "missing operator (did you mean 'latency == 2s'?)")]
    [InlineData("body ok", $"'ok' is not an operator; use one of {Operators.All}")]
    [InlineData("== 200", "missing value before '== 200'")]
    [InlineData("not count == 1", "'not' goes after the value: 'count not == 1'")]
    [InlineData("count == \"5\"", "'\"5\"' is not a number; write it without quotes: 5")]
    [InlineData("count == 200-299", "'200-299' is not a number; write 'in 200..299'")]
    [InlineData("count == 2xx", "'2xx' is not a number; write 'in 200..299'")]
    [InlineData("count == 200..299", "'200..299' is not a number; write 'in 200..299'")]
    [InlineData("body > 5", "'body' is text and cannot be ordered; use 'json $' to compare a body that is a number")]
    [InlineData("count == 200 && latency < 1s",
        "'latency < 1s' is a second condition: write it as a separate entry (all entries must hold), or quote it if it is text")]
    [InlineData("body contains ok and count == 200",
        "'count == 200' is a second condition: write it as a separate entry (all entries must hold), or quote it if it is text")]
    [InlineData("json $.a == up or json $.a == b",
        "'json $.a == b' is a second condition: there is no 'or'; use 'in' with several literals or 'matches' with alternatives, or "
            + "quote it if it is text")]
    public void Condition_WithAMistake_SaysWhatWasProbablyMeant(string text, string error) => Values.Error(text).ShouldBe(error);

    [Theory]
    [InlineData("used < 90")]
    [InlineData("used < 0.9%")]
    [InlineData("used > 0")]
    [InlineData("used < 1")]
    [InlineData("used in 0..5")]
    [InlineData("ready == True")]
    [InlineData("ready in [True, False]")]
    [InlineData("body contains Tom and Jerry")]
    [InlineData("body contains black || white")]
    [InlineData("body == \"ok and count == 200\"")]
    [InlineData("body ==<html>")]
    [InlineData("body ==~")]
    public void Condition_ThatOnlyLooksLikeAMistake_IsRead(string text) => Values.Condition(text);

    [Theory]
    [InlineData("200", "'200' is not a condition; write 'status == 200' or, for several, 'status in [200, …]'")]
    [InlineData("2xx", "'2xx' is not a condition; write 'status in 200..299'")]
    [InlineData("200..299", "'200..299' is not a condition; write 'status in 200..299'")]
    [InlineData("200-299", "'200-299' is not a condition; write 'status in 200..299'")]
    [InlineData("OK", "'OK' is not a value that this kind observes (valid: status)")]
    public void StatusCode_InPlaceOfACondition_SaysHowToWriteIt(string text, string error)
    {
        ConditionParser.Parse(text, [new("status", ObservedType.Number, "")], out var actual).ShouldBeNull();
        actual.ShouldBe(error);
    }

    [Theory]
    [InlineData("ready == True", true, true)]
    [InlineData("ready == False", true, false)]
    [InlineData("ready not == False", false, false)]
    [InlineData("ready in [True, False]", false, true)]
    public void Boolean_InCapitals_IsABoolean(string text, bool value, bool holds) =>
        Values.Holds(text, Values.Observed("ready", value)).ShouldBe(holds);
}
