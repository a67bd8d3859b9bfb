using System.Net.Sockets;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthAgent.Unit.State.Verdicts;

namespace HealthAgent.Unit.State;

public sealed class CheckVerdictTests
{
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
    public void Evidence_OfStructures_IsLeftOut()
    {
        using var document = JsonDocument.Parse("{}");
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var judgement = Of(Plan(), ("status", 200), ("json", document.RootElement.Clone()), ("header", headers));
        judgement.Observations.Select(pair => pair.Name).ShouldBe(["status", "latency"]);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":\"\\udc00\"}")]
    public void Json_ThatIsNoText_IsJudgedAllTheSame(string json)
    {
        using var document = JsonDocument.Parse(json);
        Of(Plan("expect: json $ == ok"), ("status", 200), ("json", document.RootElement.Clone())).ErrorType.ShouldBe(ErrorType.Expectation);
    }
}
