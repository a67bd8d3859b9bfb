using System.Text.Json;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthAgent.Unit.State.Verdicts;

namespace HealthAgent.Unit.State;

/// <summary>Texts of a verdict can be shown: one line, without control characters and secrets, and short.</summary>
public sealed class VerdictTextTests
{
    [Fact]
    public void Texts_OfAnyOrigin_LoseTheCheckSecrets()
    {
        var plan = Plan("password: hunter2", "headers: {X-Api-Key: k3y}", "expect: [body == ok]", "warn: [body contains hunter2]");
        var missed = Of(plan, ("status", 200), ("body", "echo hunter2 k3y"), ("other", "k3y"));
        missed.Reason.ShouldBe("body == ok: was echo *** ***");
        missed.Observed("body").ShouldBe("echo *** ***");
        missed.Observed("other").ShouldBe("***");
        CheckVerdict.OfException(
            plan, new InvalidOperationException("login hunter2 refused"), Latency).Reason.ShouldBe("login *** refused");
        CheckVerdict.Of(plan, HealthCheckResult.Unhealthy("bad k3y"), Latency).Reason.ShouldBe("bad ***");
    }

    [Fact]
    public void Secret_WhereALongTextIsCut_IsNotShownInPart()
    {
        var plan = Plan("password: correct-horse-battery", "expect: [body == ok]");
        for (var before = 90; before < 250; before++)
        {
            var judgement = Of(plan, ("status", 200), ("body", new string('x', before) + "correct-horse-battery"));
            judgement.Reason!.ShouldNotContain("xc");
            ((string)judgement.Observed("body")!).ShouldNotContain("xc");
        }
    }

    [Theory]
    [InlineData("one\ntwo", "one two")]
    [InlineData("one\r\n\r\n  two\n", "one two")]
    [InlineData("one", "one")]
    [InlineData("\n", "")]
    [InlineData("a\0b\u001b[31mred\u001b[0m", "a\ufffdb\ufffd[31mred\ufffd[0m")]
    [InlineData("\u009b2Jx\u202ey", "\ufffd2Jx\ufffdy")]
    public void Texts_OfManyLinesAndControlCharacters_BecomeOneThatCanBeShown(string text, string line)
    {
        CheckVerdict.OfException(Plan(), new InvalidOperationException(text), Latency).Reason.ShouldBe(line);
        Of(Plan(), ("status", 200), ("text", text)).Observed("text").ShouldBe(line);
    }

    [Fact]
    public void Condition_MissedByAText_ShowsNoControlCharacters()
    {
        using var document = JsonDocument.Parse("\"\\u001b[2J\"");
        Of(Plan("expect: body == ok"), ("status", 200), ("body", "a\u001b[2Jb")).Reason.ShouldBe("body == ok: was a\ufffd[2Jb");
        Of(Plan("expect: json $ == ok"), ("status", 200), ("json", document.RootElement.Clone())).Reason.ShouldBe(
            "json $ == ok: was \ufffd[2J");
    }

    [Theory]
    [InlineData("one\ntwo-three", "cannot read: one\n  two-three")]
    [InlineData("one two-three", "cannot read: one\r\n two-three")]
    [InlineData("one\ntwo-three", "cannot read: one two-three")]
    public void Secret_AcrossLines_IsRedacted(string secret, string text)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, secret);
        var plan = Plan($"body: ${{file:{path}}}");
        CheckVerdict.OfException(plan, new InvalidOperationException(text), Latency).Reason.ShouldBe("cannot read: ***");
        File.Delete(path);
    }

    [Fact]
    public void Secret_WhereAHugeTextIsCutBeforeAnythingElse_IsNotShownInPart()
    {
        // Line breaks take no room once it is one line, so what stands at the cut is shown.
        var plan = Plan("password: correct-horse-battery");
        for (var shown = 1; shown < 23; shown++)
        {
            var text = new string('\n', 16 * 1024 - shown) + "correct-horse-battery";
            ((string)Of(plan, ("status", 200), ("body", text)).Observed("body")!).Length.ShouldBeLessThan(4);
        }
    }

    [Fact]
    public void Texts_OfGreatLength_AreCut()
    {
        CheckVerdict.OfException(Plan(), new InvalidOperationException(new string('x', 100_000)), Latency).Reason!.Length.ShouldBe(241);
        Of(Plan(), ("status", 200), ("text", new string('x', 100_000))).Observed("text").ShouldBe(new string('x', 240) + "…");
    }

    [Fact]
    public void Evidence_OfForeignTypes_IsTextWithoutSecrets()
    {
        var judgement = Of(Plan("password: hunter2"), ("status", 200), ("uri", new Uri("http://u:hunter2@h/")), ("nothing", null!),
            ("ready", true), ("count", 5L));
        judgement.Observed("uri").ShouldBe("http://u:***@h/");
        judgement.Observed("ready").ShouldBe(true);
        judgement.Observed("count").ShouldBe(5L);
        judgement.Observations.Select(pair => pair.Name).ShouldBe(["status", "uri", "ready", "count", "latency"]);
    }
}
