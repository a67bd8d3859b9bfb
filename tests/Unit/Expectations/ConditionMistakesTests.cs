using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

/// <summary>What is said of conditions that cannot be parsed.</summary>
public sealed class ConditionMistakesTests
{
    private const string Operators = "one of == != < <= > >= contains matches in exists";

    [Theory]
    [InlineData("", "'' is not a value that this kind observes (valid: body, count, header, json, latency, ready, size, used)")]
    [InlineData("latancy > 1s", "'latancy' is not a value that this kind observes (did you mean 'latency'?)")]
    [InlineData("Latency > 1s", "'Latency' is not a value that this kind observes (did you mean 'latency'?)")]
    [InlineData("count", $"missing operator after 'count'; use {Operators}")]
    [InlineData("count not", $"missing operator after 'count not'; use {Operators}")]
    [InlineData("count like 200", $"'like' is not an operator; use {Operators}")]
    [InlineData("count ==", "missing literal at the end")]
    [InlineData("body contains", "missing literal at the end")]
    [InlineData("count in", "missing literal at the end")]
    [InlineData("count == abc", "'abc' is not a number")]
    [InlineData("count == 5 apples", "'5 apples' is not a number")]
    [InlineData("count == NaN", "'NaN' is not a number")]
    [InlineData("count < Infinity", "'Infinity' is not a number")]
    [InlineData("count < 1e999", "'1e999' is not a number")]
    [InlineData("count == 1..5", "'1..5' is not a number; write 'in 1..5'")]
    [InlineData("count in []", "'' is not a number")]
    [InlineData("count in [200,]", "'' is not a number")]
    [InlineData("count in [200 204]", "'200 204' is not a number")]
    [InlineData("count in 299..200", "the range '299..200' is empty: the upper end is below the lower end")]
    [InlineData("count in [1, b..c]", "'b..c' is not a number")]
    [InlineData("used > lots", "'lots' is not a percentage, such as 80%")]
    [InlineData("latency > 300", "'300' is not a duration, such as 300ms")]
    [InlineData("latency > 1 s", "'1 s' is not a duration, such as 300ms")]
    [InlineData("size > 10M", "'10M' is not a size, such as 10MiB")]
    [InlineData("ready == yes", "'yes' is not true or false")]
    [InlineData("ready > true", "'ready' is true or false and cannot be ordered")]
    [InlineData("count contains 2", "'count' is a number, not text")]
    [InlineData("latency matches 3", "'latency' is a duration, such as 300ms, not text")]
    [InlineData("header Age < abc", "'abc' is not a number")]
    [InlineData("json $.n > abc", "'abc' is not a number")]
    [InlineData("json $.n > 300ms", "'300ms' is not a number")]
    [InlineData("json", "'json' needs a path to one value, such as 'json $.status'; '' is not one")]
    [InlineData("json == 5", "'json' needs a path to one value, such as 'json $.status'; '' is not one")]
    [InlineData("json status == 5", "'json' needs a path to one value, such as 'json $.status'; 'status' is not one")]
    [InlineData("json $.a[*] == 5", "'json' needs a path to one value, such as 'json $.status'; '$.a[*]' is not one")]
    [InlineData("json $..a == 5", "'json' needs a path to one value, such as 'json $.status'; '$..a' is not one")]
    [InlineData("json $['a == 5", "'json' needs a path to one value, such as 'json $.status'; '$['a == 5' is not one")]
    [InlineData("json $.a", $"missing operator after 'json $.a'; use {Operators}")]
    [InlineData("header", "'header' needs a name, such as 'header Server'")]
    [InlineData("header == nginx", "'header' needs a name, such as 'header Server'")]
    [InlineData("count exists 5", "'exists' takes no literal; remove '5'")]
    [InlineData("count exists", null)]
    public void Condition_WithAMistake_IsExplained(string text, string? error)
    {
        if (error is null)
        {
            Values.Condition(text);
            return;
        }

        Values.Error(text).ShouldBe(error);
    }

    [Theory]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a+)b")]
    [InlineData("(")]
    [InlineData("[a")]
    public void Pattern_ThatIsNotLinear_IsRefused(string pattern) =>
        Values.Error($"body matches {pattern}")
            .ShouldStartWith($"'{pattern}' is not a valid regular expression (without look-around and backreferences): ");

    [Fact]
    public void Condition_OfAKindWithoutValues_IsExplained()
    {
        ConditionParser.Parse("latency < 1s", [], out var error).ShouldBeNull();
        error.ShouldBe("unknown value 'latency': this kind observes no values and takes no conditions");
    }
}
