







namespace HealthAgent.Unit.Expectations;

/// <summary>JSON conditions that users of comparable products ask for.</summary>
public sealed class JsonConditionTests
{
    [Theory]
    // A number as text equals an unquoted numeric literal.
    [InlineData("\"123.4\"", "json $ > 100", true)]
    [InlineData("\"123.4\"", "json $ not > 100", false)]
    [InlineData("\"99\"", "json $ > 100", false)]
    [InlineData("\"99\"", "json $ not > 100", true)]
    [InlineData("\"5.0\"", "json $ == 5", true)]
    [InlineData("\"5.0\"", "json $ == \"5\"", false)]
    [InlineData("\"1e3\"", "json $ in 999..1001", true)]
    [InlineData("\"-0\"", "json $ == 0", true)]
    [InlineData("\"\\u0035\"", "json $ == 5.0", true)]
    [InlineData("1e3", "json $ == 1000", true)]
    [InlineData("5", "json $ == 5.0", true)]
    [InlineData("5", "json $ == \"5\"", true)]
    [InlineData("5.0", "json $ == \"5\"", false)]
    // Other values are not numbers and cannot be ordered.
    [InlineData("\" 5\"", "json $ > 4", false)]
    [InlineData("\" 5\"", "json $ not > 4", false)]
    [InlineData("\"1,000\"", "json $ > 4", false)]
    [InlineData("\"0x10\"", "json $ == 16", false)]
    [InlineData("\"007\"", "json $ == 7", false)]
    [InlineData("\"007\"", "json $ == 007", true)]
    [InlineData("\"up\"", "json $ not > 4", false)]
    [InlineData("null", "json $ < 4", false)]
    [InlineData("null", "json $ not < 4", false)]
    [InlineData("true", "json $ not < 4", false)]
    [InlineData("{}", "json $ not < 4", false)]
    [InlineData("\"up\"", "json $ not in 1..4", true)]
    public void Number_CarriedAsText_IsANumber(string json, string text, bool holds) =>
        Values.Holds(text, Values.Json(json)).ShouldBe(holds);

    [Theory]
    [InlineData("""{"id": 1}""", """json $ == {"id":1}""", true)]
    [InlineData("""{"id":1}""", """json $ == { "id": 1.0 }""", true)]
    [InlineData("""{"b":[1, 2],"a":null}""", """json $ == {"a":null,"b":[1,2]}""", true)]
    [InlineData("""{"id":1}""", """json $ == {"id":2}""", false)]
    [InlineData("""{"id":1}""", """json $ == {"id":"1"}""", false)]
    [InlineData("""{"id":1}""", """json $ == {"id":1,"more":1}""", false)]
    [InlineData("""{"id":9007199254740993}""", """json $ == {"id":9007199254740992}""", false)]
    [InlineData("""{"id":1}""", """json $ != {"id": 1}""", false)]
    [InlineData("""{"id":1}""", """json $ not == {"id": 1}""", false)]
    [InlineData("""{"id":1}""", """json $ == '{"id": 1}'""", true)]
    [InlineData("""{"id":1}""", "json $ == something", false)]
    [InlineData("""{"id":1}""", "json $ != something", true)]
    [InlineData("[1, 2]", "json $ == [1,2]", true)]
    [InlineData("[1, 2]", "json $ == [2,1]", false)]
    [InlineData("[]", "json $ == []", true)]
    [InlineData("{}", "json $ == []", false)]
    [InlineData("\"[x\"", "json $ == [x", true)]
    [InlineData("\"{x}\"", "json $ == \"{x}\"", true)]
    [InlineData("""{"s":"\ud800"}""", """json $ == {"s":"x"}""", false)]
    [InlineData("""{"s":"\ud800"}""", """json $ != {"s":"x"}""", true)]
    [InlineData("""[{"id": 1}]""", """json $[0] in [{"id":1}, {"id":2}]""", true)]
    [InlineData("""[{"id": 3}]""", """json $[0] in [{"id":1}, {"id":2}]""", false)]
    [InlineData("\"a\"", """json $ in ["a", {"id":2}]""", true)]
    public void Structure_IsComparedByValue(string json, string text, bool holds) => Values.Holds(text, Values.Json(json)).ShouldBe(holds);

    [Theory]
    [InlineData("""[{"id": 1}]""", """json $ contains {"id":1}""", true)]
    [InlineData("[1.0]", "json $ contains 1", true)]
    [InlineData("[\"1.0\"]", "json $ contains 1", true)]
    [InlineData("[\"1.0\"]", "json $ contains \"1\"", false)]
    [InlineData("[1]", "json $ contains \"1\"", true)]
    [InlineData("[null]", "json $ contains null", true)]
    [InlineData("[true]", "json $ contains True", true)]
    [InlineData("\"a {b} c\"", "json $ contains {b}", true)]
    [InlineData("\"in json\"", "json $ contains json", true)]
    [InlineData("[9007199254740993]", "json $ contains 9007199254740992", false)]
    public void Array_ContainsWhatIsEqual(string json, string text, bool holds) => Values.Holds(text, Values.Json(json)).ShouldBe(holds);

    [Theory]
    [InlineData("null", "json $ exists", true)]
    [InlineData("null", "json $ == null", true)]
    [InlineData("\"null\"", "json $ == null", true)]
    [InlineData("null", "json $ == \"\"", false)]
    [InlineData("null", "json $ != null", false)]
    [InlineData("{}", "json $.a == null", false)]
    [InlineData("{}", "json $.a != null", false)]
    [InlineData("true", "json $ == True", true)]
    [InlineData("false", "json $ == False", true)]
    [InlineData("true", "json $ == False", false)]
    [InlineData("true", "json $ in [True]", true)]
    [InlineData("true", "json $ == TRUE", false)]
    [InlineData("\"True\"", "json $ == True", true)]
    [InlineData("\"true\"", "json $ == True", false)]
    public void NullAndBooleans_AreWhatTheyAreCalled(string json, string text, bool holds) =>
        Values.Holds(text, Values.Json(json)).ShouldBe(holds);

    [Theory]
    [InlineData("json $ == {id: 1}", "{id: 1}")]
    [InlineData("""json $ != {"id":1,}""", """{"id":1,}""")]
    [InlineData("json $ == [up, starting]", "[up, starting]")]
    [InlineData("""json $ in {'id':1}""", """{'id':1}""")]
    public void Literal_ThatLooksLikeJsonAndIsNone_IsRefused(string text, string literal) =>
        Values.Error(text).ShouldBe($"'{literal}' is not valid JSON; quote it if it is text");

    [Theory]
    [InlineData("json $ > 5: was up, not a number", "json $ > 5", "\"up\"")]
    [InlineData("json $ > 5: was null, not a number", "json $ > 5", "null")]
    [InlineData("json $ > 500: was 123.4", "json $ > 500", "\"123.4\"")]
    public void Explanation_OfWhatIsNoNumber_SaysSo(string explanation, string text, string json) =>
        Values.Condition(text).Explain(Values.Json(json)).ShouldBe(explanation);
}
