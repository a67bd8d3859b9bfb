using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class ConditionParserTests
{
    [Theory]
    [InlineData("count == 200", "Equal", "200")]
    [InlineData("count==200", "Equal", "200")]
    [InlineData("count != 200", "NotEqual", "200")]
    [InlineData("count < 1.5", "Less", "1.5")]
    [InlineData("count <= -5", "LessOrEqual", "-5")]
    [InlineData("count<=1e3", "LessOrEqual", "1000")]
    [InlineData("count > 80", "Greater", "80")]
    [InlineData("count >= 80", "GreaterOrEqual", "80")]
    [InlineData("used > 80%", "Greater", "80")]
    [InlineData("used > 80", "Greater", "80")]
    [InlineData("latency > 300ms", "Greater", "300")]
    [InlineData("latency <= 1m30s", "LessOrEqual", "90000")]
    [InlineData("latency == 0", "Equal", "0")]
    [InlineData("size < 10MiB", "Less", "10485760")]
    [InlineData("json $.n >= 3", "GreaterOrEqual", "3")]
    [InlineData("json $.n<3", "Less", "3")]
    public void Comparison_OfANumber_HasItsNumber(string text, string op, string number)
    {
        var condition = Values.Condition(text);
        condition.Operator.ToString().ShouldBe(op);
        condition.Negated.ShouldBeFalse();
        condition.Text.ShouldBe(text);
        condition.Literals.ShouldHaveSingleItem().Number.ShouldBe(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("body == ok", "Equal", "ok")]
    [InlineData("body == two words", "Equal", "two words")]
    [InlineData("body == \"two words \"", "Equal", "two words ")]
    [InlineData("body == 'it is'", "Equal", "it is")]
    [InlineData("body == \"\"", "Equal", "")]
    [InlineData("body == \"open", "Equal", "\"open")]
    [InlineData("body contains <html>", "Contains", "<html>")]
    [InlineData("body matches ^ok$", "Matches", "^ok$")]
    [InlineData("ready == true", "Equal", "true")]
    [InlineData("ready != false", "NotEqual", "false")]
    [InlineData("header Server == nginx", "Equal", "nginx")]
    [InlineData("header Server==nginx", "Equal", "nginx")]
    [InlineData("header X-A contains 5", "Contains", "5")]
    [InlineData("json $.status == healthy", "Equal", "healthy")]
    [InlineData("json $.status==healthy", "Equal", "healthy")]
    [InlineData("json $ == \"true\"", "Equal", "true")]
    [InlineData("  body   ==\tok ", "Equal", "ok")]
    public void Comparison_OfText_HasItsTextWithoutQuotes(string text, string op, string literal)
    {
        var condition = Values.Condition(text);
        condition.Operator.ToString().ShouldBe(op);
        condition.Literals.ShouldHaveSingleItem().ShouldBe(new Literal(literal));
    }

    [Theory]
    [InlineData("count not == 5")]
    [InlineData("count not in [1, 2]")]
    [InlineData("body not contains error")]
    [InlineData("body not matches err")]
    [InlineData("latency not > 1s")]
    [InlineData("header Server not exists")]
    [InlineData("json $.error not exists")]
    public void Not_BeforeTheOperator_TurnsItAround(string text) =>
        Values.Condition(text).Negated.ShouldBeTrue();

    [Theory]
    [InlineData("count in 200..299", "200..299")]
    [InlineData("count in [200, 204]", "200|204")]
    [InlineData("count in[200,204]", "200|204")]
    [InlineData("count in 200, 204, 300..399", "200|204|300..399")]
    [InlineData("count in [-5..-1]", "-5..-1")]
    [InlineData("latency in 100ms..1s", "100..1000")]
    [InlineData("size in 1KiB..2KiB", "1024..2048")]
    [InlineData("used in 1%..2%", "1..2")]
    public void In_OfNumbers_TakesListsAndRanges(string text, string expected)
    {
        var literals = Values.Condition(text).Literals.Select(
            literal => literal.Upper is null ? $"{literal.Number}" : $"{literal.Number}..{literal.Upper}");
        string.Join('|', literals).ShouldBe(expected);
    }

    [Theory]
    [InlineData("body in [a, b c]", "a|b c")]
    [InlineData("body in [\"a, b\", 'c']", "a, b|c")]
    [InlineData("body in [\"]\", \"[\"]", "]|[")]
    [InlineData("body in it's, b", "it's|b")]
    [InlineData("body in [1..2]", "1..2")]
    [InlineData("json $.s in [up, \"1\"]", "up|1")]
    public void In_OfTexts_SplitsAtCommasOutsideQuotes(string text, string expected) =>
        string.Join('|', Values.Condition(text).Literals.Select(literal => literal.Text)).ShouldBe(expected);

    [Theory]
    [InlineData("json $.a exists")]
    [InlineData("json $['a b'].c exists")]
    [InlineData("json $[\"a ] b\"].c exists")]
    [InlineData("json $['a == b'] exists")]
    [InlineData("json $.items[-1].name exists")]
    [InlineData("json $[0][1] exists")]
    public void Path_WithBracketsAndQuotes_EndsAtTheSpaceOutside(string text)
    {
        var condition = Values.Condition(text);
        condition.Left.Path.ShouldNotBeNull();
        condition.Operator.ShouldBe(Operator.Exists);
        condition.Literals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("count", "number", "== != < <= > >= in exists")]
    [InlineData("used", "percent", "== != < <= > >= in exists")]
    [InlineData("latency", "duration", "== != < <= > >= in exists")]
    [InlineData("size", "size", "== != < <= > >= in exists")]
    [InlineData("body", "text", "== != contains matches in exists")]
    [InlineData("ready", "boolean", "== != in exists")]
    [InlineData("header Server", "number", "== != < <= > >= contains matches in exists")]
    [InlineData("json $.a", "number", "== != < <= > >= contains matches in exists")]
    public void Operators_ByType_AreThoseThatMakeSense(string value, string type, string valid)
    {
        var literal = type switch { "number" or "percent" => "5", "duration" => "5s", "size" => "5B", "boolean" => "true", _ => "a" };
        string[] all = ["==", "!=", "<", "<=", ">", ">=", "contains", "matches", "in", "exists"];
        var accepted = all.Where(op =>
            ConditionParser.Parse($"{value} {op} {(op == "exists" ? "" : literal)}", Values.All, out _) is not null
            && ConditionParser.Parse($"{value} not {op} {(op == "exists" ? "" : literal)}", Values.All, out _) is not null);
        string.Join(' ', accepted).ShouldBe(valid);
    }
}
