using HealthAgent.Explanation;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Targets that hang, refuse, break off or lie.</summary>
public sealed class HttpFailureTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", "X-A: b\r\n")]
    [InlineData("", "")]
    public async Task Head_ThatDrips_TimesOutWithThePhaseNamed(string head, string piece)
    {
        await using var target = TcpTarget.Dripping(head, piece, TimeSpan.FromMilliseconds(20));
        var judgement = await JudgeUntilReachedAsync(target, "http");
        ShouldHaveTimedOut(judgement, "timed out while waiting for the response");
        judgement.Observed("connect").ShouldBeOfType<TimeSpan>();
    }

    /// <summary>The client that is used tries a connection that ends before the answer four times.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_ThatClosesAtOnce_IsConnectedToOnce(bool isReset)
    {
        await using var target = isReset ? TcpTarget.Resetting() : TcpTarget.Closing();
        var plan = Configured.Plan("kind: http", $"url: http://127.0.0.1:{target.Port}/");

        var (record, explanation) = await Explained.RunAsync(plan);

        record.ErrorType.ShouldBe(ErrorType.ConnectionReset);
        explanation.Connections.ShouldHaveSingleItem().Outcome.ShouldBe(ConnectionOutcome.Connected);
        record.Verdict.Observed("connect").ShouldBeOfType<TimeSpan>();
    }

    [Fact]
    public async Task Target_ThatHangs_TimesOutWithThePhaseNamed()
    {
        await using var target = TcpTarget.Hanging();
        ShouldHaveTimedOut(await JudgeUntilReachedAsync(target, "http"), "timed out while waiting for the response");
    }

    [Fact]
    public async Task Target_ThatHangsInTls_TimesOutWithThePhaseNamed()
    {
        await using var target = TcpTarget.Hanging();
        ShouldHaveTimedOut(await JudgeUntilReachedAsync(target, "https"), "timed out while performing TLS handshake");
    }

    [Fact]
    public async Task Target_ThatRefuses_IsConnectionRefused()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: http://127.0.0.1:{port}/");
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe($"connecting to 127.0.0.1:{port}: Connection refused");
    }

    [Fact]
    public async Task Target_WithoutAnAddress_IsDns() =>
        (await CheckRun.JudgeAsync("kind: http", "url: http://no-such-host.invalid/")).ErrorType.ShouldBe(ErrorType.Dns);

    [Fact]
    public async Task Target_ThatClosesAtOnce_IsConnectionReset()
    {
        await using var target = TcpTarget.Closing();
        (await JudgeAsync(target)).ErrorType.ShouldBe(ErrorType.ConnectionReset);
    }

    [Fact]
    public async Task Target_ThatResets_IsConnectionReset()
    {
        await using var target = TcpTarget.Resetting();
        (await JudgeAsync(target)).ErrorType.ShouldBe(ErrorType.ConnectionReset);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", ErrorType.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", ErrorType.Protocol)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", ErrorType.Protocol)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", ErrorType.Protocol)]
    [InlineData("HTTP/1.1 banana\r\n\r\n", ErrorType.Protocol)]
    public async Task Answer_ThatIsBroken_HasAMeaning(string answer, ErrorType errorType)
    {
        await using var target = TcpTarget.Saying(answer);
        (await JudgeAsync(target)).ErrorType.ShouldBe(errorType);
    }

    [Fact]
    public async Task Headers_WithoutEnd_AreRefused()
    {
        await using var target = TcpTarget.Dripping("HTTP/1.1 200 OK\r\n", $"X-A: {new string('x', 8000)}\r\n", TimeSpan.Zero);
        var judgement = await JudgeAsync(target);
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldNotBe(ErrorType.Timeout);
    }

    private static Task<CheckVerdict> JudgeAsync(HttpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: {target.Url}/health?full=1", .. lines]);

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);

    private static Task<CheckVerdict> JudgeUntilReachedAsync(TcpTarget target, string scheme) =>
        CheckRun.JudgeUntilAsync(target.Reached, "kind: http", $"url: {scheme}://127.0.0.1:{target.Port}/");

    private static void ShouldHaveTimedOut(CheckVerdict judgement, string reason)
    {
        judgement.ErrorType.ShouldBe(ErrorType.Timeout);
        judgement.Reason.ShouldBe(reason);
    }
}
