using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class PartialConditionTests
{
    [Theory]
    [InlineData("body contains well", true)]
    [InlineData("body contains error", null)]
    [InlineData("body contains \"is well x\"", null)]
    [InlineData("body == all is well", null)]
    [InlineData("body == all is well and more", null)]
    [InlineData("body == down", false)]
    [InlineData("body == all", false)]
    [InlineData("body in [down, all is well]", null)]
    [InlineData("body in [down, gone]", false)]
    [InlineData("body matches ^all", true)]
    [InlineData("body matches ^a.*", true)]
    [InlineData("body matches well", true)]
    [InlineData("body matches all\\b", true)]
    [InlineData("body matches well\\b", null)]
    [InlineData("body matches well$", null)]
    [InlineData("body matches well\\z", null)]
    [InlineData("body matches well\\Z", null)]
    [InlineData("body matches well\\B", null)]
    [InlineData("body matches error", null)]
    [InlineData("body exists", true)]
    [InlineData("len(body) > 10", true)]
    [InlineData("len(body) > 11", null)]
    [InlineData("len(body) < 11", false)]
    [InlineData("len(body) == 12", null)]
    public void Text_OfWhichTheBeginningWasSeen_IsDecidedAsFarAsItGoes(string text, bool? outcome) =>
        Decides(text, "body", new Partial("all is well"), outcome);

    [Theory]
    [InlineData("body matches well$", null)]
    [InlineData("body matches well", true)]
    [InlineData("body matches is well\\n", true)]
    public void LineEnd_AtTheCut_MayNotBeTheLast(string text, bool? outcome) =>
        Decides(text, "body", new Partial("all is well\n"), outcome);

    [Theory]
    [InlineData("body == Störung", null)]
    [InlineData("body contains \ufffd", null)]
    public void Character_ThatTheCutWentThrough_IsNotSeen(string text, bool? outcome) =>
        Decides(text, "body", new Partial("St\ufffd"), outcome);

    [Theory]
    [InlineData("size > 100B", true)]
    [InlineData("size > 200B", null)]
    [InlineData("size >= 200B", true)]
    [InlineData("size >= 201B", null)]
    [InlineData("size < 200B", false)]
    [InlineData("size < 201B", null)]
    [InlineData("size <= 199B", false)]
    [InlineData("size <= 200B", null)]
    [InlineData("size == 100B", false)]
    [InlineData("size == 300B", null)]
    [InlineData("size in 100B..150B", false)]
    [InlineData("size in [100B, 300B..400B]", null)]
    [InlineData("size exists", true)]
    public void Size_OfAtLeastSoMuch_IsDecidedAsFarAsItGoes(string text, bool? outcome) =>
        Decides(text, "size", new Partial(200L), outcome);

    [Theory]
    [InlineData("json $.a == 5")]
    [InlineData("json $.a exists")]
    [InlineData("len(json $.a) > 5")]
    [InlineData("json $.a == json $.b")]
    public void Json_OfWhichTheBeginningWasSeen_DecidesNothing(string text) => Decides(text, "json", new Partial("""{"a":5"""), null);

    [Theory]
    [InlineData("body not contains error", "body not contains error: undecided, only the first 11B were read")]
    [InlineData("len(body) == 20", "len(body) == 20: undecided, only the first 11B were read")]
    [InlineData("body == down", "body == down: was all is well")]
    [InlineData("len(body) < 5", "len(body) < 5: was at least 11")]
    [InlineData("size < 1KiB", "size < 1KiB: was at least 2KiB")]
    [InlineData("size < 1MiB", "size < 1MiB: undecided, was at least 2KiB")]
    public void Explanation_SaysThatOnlyTheBeginningWasSeen(string text, string explanation) =>
        Values.Condition(text)
            .Explain(new Dictionary<string,
            object>(StringComparer.Ordinal) { ["body"] = new Partial("all is well"), ["size"] = new Partial(2048) })
            .ShouldBe(explanation);

    // Undecided counts as missed expectation and as hit warning, negated or not.
    private static void Decides(string text, string name, Partial value, bool? outcome)
    {
        var condition = Values.Condition(text);
        var observed = Values.Observed(name, value);
        foreach (var (asked, expected) in new[] { (condition, outcome), (condition with { Negated = true }, !outcome) })
        {
            asked.Judge(observed).ShouldBe(expected switch { true => Verdict.Holds, false => Verdict.Fails, null => Verdict.Undecided });
            asked.IsMissed(observed).ShouldBe(expected != true);
            Condition.IsHit(asked.Judge(observed)).ShouldBe(expected != false);
        }
    }
}
