using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>However a run ends, what was seen until then is kept.</summary>
public sealed class HttpBreakOffTests
{
    private const string Closed = "the connection was closed before the response was complete";

    [Theory]
    [InlineData("Content-Length: 500\r\n\r\nonly this", ErrorType.Protocol, $"reading the body: {Closed}", "only this", 9)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n5\r\n", ErrorType.Protocol, $"reading the body: {Closed}", "only", 4)]
    [InlineData(
        "Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\nzzz\r\n", ErrorType.Protocol, "reading the body: Received chunk header", "", 0)]
    public async Task Answer_ThatBreaksOff_KeepsWhatWasSeen(string rest, ErrorType errorType, string reason, string body, int size)
    {
        await using var target = TcpTarget.Saying($"HTTP/1.1 503 Down\r\nContent-Type: text/plain\r\n{rest}");
        var judgement = await JudgeAsync(target);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldNotBeNull().ShouldStartWith(reason);
        judgement.Observed("status").ShouldBe(503);
        judgement.Observed("contentType").ShouldBe("text/plain");
        judgement.Observed("body").ShouldBe(body);
        judgement.Observed("bodySize").ShouldBe(size);
        judgement.Observed("connect").ShouldNotBeNull();
        judgement.Observed("firstByte").ShouldNotBeNull();
    }

    [Fact]
    public async Task Answer_ThatDoesNotEnd_KeepsWhatWasSeen()
    {
        await using var target = TcpTarget.Endless("HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n");
        var judgement = await CheckRun.JudgeUntilAsync(
            target.Reached, "kind: http", $"url: http://127.0.0.1:{target.Port}/", "maxBody: 64MiB", "expect: body not contains y");
        judgement.Reason.ShouldBe("timed out while reading the body");
        judgement.Observed("status").ShouldBe(200);
        ((int)judgement.Observed("bodySize")!).ShouldBeGreaterThan(0);
        judgement.Observed("body").ShouldBeOfType<string>().ShouldStartWith("x");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", ErrorType.Protocol, "the server speaks SSH on this port")]
    [InlineData("hello\r\n", ErrorType.Protocol, "waiting for the response: ")]
    [InlineData("", ErrorType.ConnectionReset, "waiting for the response: ")]
    public async Task Answer_WithoutAHead_KeepsThePhases(string answer, ErrorType errorType, string reason)
    {
        await using var target = TcpTarget.Saying(answer);
        var judgement = await JudgeAsync(target);
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldStartWith(reason);
        judgement.Observed("connect").ShouldNotBeNull();
    }

    [Fact]
    public async Task Headers_BeyondTheLimit_AreNamed()
    {
        await using var target = TcpTarget.Saying($"HTTP/1.1 200 OK\r\nX-A: {new string('x', 70_000)}\r\n\r\n");
        var judgement = await JudgeAsync(target);
        judgement.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        judgement.Reason.ShouldBe("waiting for the response: the response headers exceed 64KiB");
    }

    [Fact]
    public async Task Handshake_ThatBreaksOff_KeepsThePhases()
    {
        await using var target = TcpTarget.Closing();
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: https://127.0.0.1:{target.Port}/");
        judgement.ErrorType.ShouldBe(ErrorType.Tls);
        judgement.Observed("connect").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("expect: json $.status == up", ErrorType.ResourceExhausted, "the body exceeds maxBody (1KiB)")]
    [InlineData("expect: json $.status not exists", ErrorType.ResourceExhausted, "the body exceeds maxBody (1KiB)")]
    [InlineData("expect: body contains end", ErrorType.Expectation, null)]
    [InlineData("expect: body not contains end", ErrorType.Expectation, null)]
    [InlineData("expect: body == up", ErrorType.Expectation, null)]
    [InlineData("expect: bodySize < 10MiB", ErrorType.Expectation, null)]
    [InlineData("expect: transferSize < 10MiB", ErrorType.Expectation, null)]
    [InlineData("expect: bodySize > 100B", null, null)]
    [InlineData("expect: body contains status", null, null)]
    [InlineData("", null, null)]
    public async Task Body_BeyondMaxBody_DecidesNothingThatWasCutOff(string written, ErrorType? errorType, string? reason)
    {
        await using var target = await HttpTarget.AnsweringAsync($$"""{"status":"up","pad":"{{new string('x', 2000)}}"} end""");
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", "maxBody: 1KiB", written);
        judgement.ErrorType.ShouldBe(errorType);
        if (reason is not null)
        {
            judgement.Reason.ShouldBe(reason);
        }
    }

    [Fact]
    public async Task Body_OfExactlyMaxBody_IsWhole()
    {
        await using var target = await HttpTarget.AnsweringAsync("""{"a":1}""");
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", "maxBody: 7B",
            "expect: [json $.a == 1, bodySize == 7, 'body not contains x']")).Reason.ShouldBeNull();
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", "maxBody: 6B", "expect: [json $.a == 1]")).ErrorType.ShouldBe(
            ErrorType.ResourceExhausted);
    }

    [Fact]
    public async Task Body_OfAnErrorThatNobodyAsksFor_IsShownButNotHeld()
    {
        await using var target = await HttpTarget.AnsweringAsync("down " + new string('x', 500_000), "text/plain", 503);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.Observed("body").ShouldBeOfType<string>().ShouldStartWith("down xxx");
        judgement.Observed("bodySize").ShouldBe(500_005);
    }

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);
}
