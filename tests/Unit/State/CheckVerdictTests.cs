using System.Net.Sockets;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.State;

public sealed class CheckVerdictTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData(200, Result.Pass, null, null)]
    [InlineData(204, Result.Warn, null, "status == 204: was 204")]
    [InlineData(404, Result.Fail, ErrorType.UnexpectedStatus, "status in 200..299: was 404")]
    public void Run_ThatAnswered_IsJudgedByItsConditions(int status, Result result, ErrorType? errorType, string? reason)
    {
        var judgement = Of(Plan("warn: status == 204"), ("status", status));
        judgement.Result.ShouldBe(result);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldBe(reason);
        judgement.Observed("status").ShouldBe(status);
        judgement.Observed("latency").ShouldBe(Latency);
    }

    [Fact]
    public void Expectations_MissedTogether_AreAllTold()
    {
        var judgement = Of(
            Plan("expect: [latency < 10ms, body contains ok, status == 200]", "warn: latency > 1ms"), ("status", 503), ("body", "down"));
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldBe(ErrorType.Expectation);
        judgement.Reason.ShouldBe("latency < 10ms: was 40ms; body contains ok: was down; status == 200: was 503");
    }

    [Fact]
    public void Expectation_OnWhatWasNotObserved_IsMissed()
    {
        var judgement = Of(Plan("expect: certificate.expiresIn > 7d"), ("status", 200));
        judgement.Result.ShouldBe(Result.Fail);
        judgement.Reason.ShouldBe("certificate.expiresIn > 7d: not observed");
    }

    [Fact]
    public void Expectation_OfTheKindOnWhatWasNotObserved_IsNotMissed() => Of(Plan()).Result.ShouldBe(Result.Pass);

    [Fact]
    public void Warning_OnWhatWasNotObserved_IsNotHit() =>
        Of(Plan("warn: certificate.expiresIn < 7d"), ("status", 200)).Result.ShouldBe(Result.Pass);

    [Theory]
    [InlineData("expect: body not contains error", Result.Fail, "body not contains error: undecided, only the first 11B were read")]
    [InlineData("expect: body contains error", Result.Fail, "body contains error: undecided, only the first 11B were read")]
    [InlineData("warn: body not contains error", Result.Warn, "body not contains error: undecided, only the first 11B were read")]
    [InlineData("warn: body contains error", Result.Warn, "body contains error: undecided, only the first 11B were read")]
    [InlineData("expect: bodySize < 10B", Result.Fail, "bodySize < 10B: was at least 11B")]
    [InlineData("expect: [body contains well, bodySize > 10B]", Result.Pass, null)]
    public void Condition_OnWhatWasCutOff_IsMissedAndHit(string written, Result result, string? reason)
    {
        var judgement = Of(Plan(written), ("status", 200), ("body", new Partial("all is well")), ("bodySize", new Partial(11)));
        judgement.Result.ShouldBe(result);
        judgement.Reason.ShouldBe(reason);
        judgement.Observed("body").ShouldBe("all is well");
        judgement.Observed("bodySize").ShouldBe(11);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, "it says no", Result.Fail, "it says no")]
    [InlineData(HealthStatus.Unhealthy, null, Result.Fail, "the check reports unhealthy")]
    [InlineData(HealthStatus.Degraded, "it says so-so", Result.Warn, "it says so-so")]
    [InlineData(HealthStatus.Degraded, null, Result.Warn, "the check reports degraded")]
    [InlineData(HealthStatus.Healthy, "all is well", Result.Pass, null)]
    public void Verdict_OfTheCheckItself_Counts(HealthStatus status, string? description, Result result, string? reason)
    {
        var judgement = CheckVerdict.Of(TcpPlan(), new HealthCheckResult(status, description), Latency);
        judgement.Result.ShouldBe(result);
        judgement.Reason.ShouldBe(reason);
        judgement.ErrorType.ShouldBe(result == Result.Fail ? ErrorType.Expectation : null);
    }

    [Fact]
    public void Degraded_WithAMissedExpectation_IsAFail() =>
        CheckVerdict.Of(
            Plan(), new HealthCheckResult(HealthStatus.Degraded, data: Data(("status", 500))), Latency).Result.ShouldBe(Result.Fail);

    [Fact]
    public void Exception_HandedOver_IsClassifiedAsIfThrown()
    {
        var judgement =
            CheckVerdict.Of(TcpPlan(), HealthCheckResult.Unhealthy("no", new SocketException((int)SocketError.ConnectionRefused)), Latency);
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
    }

    [Fact]
    public void Exception_Thrown_IsAFailWithWhatWasObservedBefore()
    {
        var failed = new CheckFailedException(ErrorType.Protocol, "not JSON", Data(("status", 200)), new JsonException("inner"));
        var judgement = CheckVerdict.OfException(Plan(), failed, Latency);
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldBe("not JSON");
        judgement.Observed("status").ShouldBe(200);
        judgement.Observed("latency").ShouldBe(Latency);
    }

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
    public void Evidence_OfStructures_IsLeftOut()
    {
        using var document = JsonDocument.Parse("{}");
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var judgement = Of(Plan(), ("status", 200), ("json", document.RootElement.Clone()), ("header", headers));
        judgement.Observations.Select(pair => pair.Name).ShouldBe(["status", "latency"]);
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

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":\"\\udc00\"}")]
    public void Json_ThatIsNoText_IsJudgedAllTheSame(string json)
    {
        using var document = JsonDocument.Parse(json);
        Of(Plan("expect: json $ == ok"), ("status", 200), ("json", document.RootElement.Clone())).ErrorType.ShouldBe(ErrorType.Expectation);
    }

    private static CheckPlan Plan(params string[] lines) => Configured.Plan(["kind: http", "url: http://localhost/", .. lines]);

    private static CheckPlan TcpPlan() => Configured.Plan("kind: tcp", "address: 127.0.0.1:1");

    private static Dictionary<string, object> Data(params (string Name, object Value)[] observed) =>
        observed.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    private static CheckVerdict Of(CheckPlan plan, params (string Name, object Value)[] observed) =>
        CheckVerdict.Of(plan, HealthCheckResult.Healthy(data: Data(observed)), Latency);
}
