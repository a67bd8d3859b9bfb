using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Expectations;

public sealed class ConditionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "count ", "used ", "latency ", "size ", "body ", "ready ", "header ", "json ", "Server ", "$", ".a", "['a b']", "[0]", "[-1]",
            "[\"", "'", "\"",
        "]", "[", "not ", "== ", "!= ", "< ", "<= ", "> ", ">= ", "contains ", "matches ", "in ", "exists", "200", "..", "300ms", "80%",
            "10MiB", "true", ",",
        " ", "\t", "=", "!", "(a+)+$", "(?:", "{1000}", "\\p{L}", "\\", "^", "*", "|", "len(", ")", "json $.a ", "json $['a b'] ",
            "{\"a b\":1}", "[1, {}]", "{", "}",
        " and ", " || ", "=~ ", "1e999", "-0", "9007199254740993", "0.9", "\\b", "\\z", "a",
    ];

    private static readonly string[] Starts =
    [
        "body matches ", "json $", "count in ", "json $.a == ", "len(", "len(body) ", "json $.a[0] ", "header Server ", "body contains ",
            "size ", "json $.a in ",
        "count < len(json $",
    ];

    private static readonly IReadOnlyList<Dictionary<string, object>> Observations =
    [
        new(StringComparer.Ordinal),
        new(StringComparer.Ordinal)
        {
            ["count"] = double.NaN, ["used"] = 80, ["latency"] = TimeSpan.FromSeconds(1), ["size"] = 5L,
                ["body"] = new string('a', 1000) + "!",
            ["ready"] = true, ["header"] = Values.Headers(("Server", "x"))["header"],
            ["json"] = JsonDocument.Parse("""{"a":[1,"\ud800",null,{"a b":1e999}],"a b":true}""").RootElement,
        },
        new(StringComparer.Ordinal) { ["count"] = "not a number", ["latency"] = 5, ["body"] = 7, ["header"] = "text", ["json"] = 5 },
        new(StringComparer.Ordinal)
        {
            ["count"] = 9007199254740993, ["size"] = new Partial(200), ["body"] = new Partial("a\n"), ["ready"] = false,
            ["header"] = Values.Headers(("Server", "200"), ("server", "a"), ("Server", ""))["header"],
            ["json"] = JsonDocument.Parse("""{"a":"200","a b":{"a b":-0.0}}""").RootElement,
        },
        new(StringComparer.Ordinal) { ["count"] = new Partial(0), ["body"] = new Partial(""), ["header"] = new Partial("x"),
            ["json"] = new Partial("{") },
    ];

    [Fact]
    public void Conditions_OfAnyText_AreReadOrExplained() => Fuzz.Feed(Pieces, 12, Try);

    [Fact]
    public void Conditions_ThatStartWell_AreReadOrExplained() => Fuzz.Feed(Pieces, 5, end =>
    {
        foreach (var start in Starts)
        {
            Try(start + end);
        }
    });

    [Fact]
    public void Conjunctions_OneAfterTheOther_AreReadInABlink() => Fuzz.Feed(["body contains a", " and ", " or ", " && "], 2000, Try);

    private static void Try(string text)
    {
        var condition = ConditionParser.Parse(text, Values.All, out var error);
        (condition is null).ShouldBe(error is not null);
        if (condition is null)
        {
            return;
        }

        var opposite = condition with { Negated = !condition.Negated };
        foreach (var observed in Observations)
        {
            condition.Explain(observed).ShouldNotBeEmpty();
            opposite.Judge(observed).ShouldBe(condition.Judge(observed) switch
            {
                Verdict.Holds => Verdict.Fails,
                Verdict.Fails => Verdict.Holds,
                var undecided => undecided,
            });
        }
    }
}
