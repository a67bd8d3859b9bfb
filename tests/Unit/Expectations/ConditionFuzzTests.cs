using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Expectations;

public sealed class ConditionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "count ", "used ", "latency ", "size ", "body ", "ready ", "header ", "json ", "Server ", "$", ".a", "['a b']", "[0]", "[-1]", "[\"", "'", "\"",
        "]", "[", "not ", "== ", "!= ", "< ", "<= ", "> ", ">= ", "contains ", "matches ", "in ", "exists", "200", "..", "300ms", "80%", "10MiB", "true", ",",
        " ", "\t", "=", "!", "(a+)+$", "(?:", "{1000}", "\\p{L}", "\\", "^", "*", "|",
    ];

    private static readonly IReadOnlyList<Dictionary<string, object>> Observations =
    [
        new(StringComparer.Ordinal),
        new(StringComparer.Ordinal)
        {
            ["count"] = double.NaN, ["used"] = 80, ["latency"] = TimeSpan.FromSeconds(1), ["size"] = 5L, ["body"] = new string('a', 1000) + "!",
            ["ready"] = true, ["header"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["Server"] = "x" },
            ["json"] = JsonDocument.Parse("""{"a":[1,"\ud800",null,{"a b":1e999}],"a b":true}""").RootElement,
        },
        new(StringComparer.Ordinal) { ["count"] = "not a number", ["latency"] = 5, ["body"] = 7, ["header"] = "text", ["json"] = 5 },
    ];

    [Fact]
    public void Conditions_OfAnyText_AreReadOrExplained() => Fuzz.Feed(Pieces, 12, text =>
    {
        var condition = ConditionParser.Parse(text, Values.All, out var error);
        (condition is null).ShouldBe(error is not null);
        foreach (var observed in Observations)
        {
            condition?.Holds(observed);
            condition?.Explain(observed).ShouldNotBeEmpty();
        }
    });

    [Fact]
    public void Conditions_ThatStartWell_AreReadOrExplained() => Fuzz.Feed(Pieces, 5, end =>
    {
        foreach (var start in new[] { "body matches ", "json $", "count in ", "json $.a == " })
        {
            var condition = ConditionParser.Parse(start + end, Values.All, out var error);
            (condition is null).ShouldBe(error is not null);
            condition?.Explain(Observations[1]);
            condition?.Holds(Observations[1]);
        }
    });
}
