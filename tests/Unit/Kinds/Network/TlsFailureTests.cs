using System.Security.Authentication;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What is reported of a TLS handshake that fails, and of one that a server regrets.</summary>
public sealed class TlsFailureTests : IDisposable
{
    private const string SkipVerify = "tls: {insecureSkipVerify: true}";

    private readonly Authority _root = new("Test Root");

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Server_ThatRequiresAClientCertificate_IsTlsInThoseWords(SslProtocols protocol)
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Requires = true, Protocols = protocol };
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify);
        judgement.ErrorType.ShouldBe(ErrorType.Tls, judgement.Reason);
        judgement.Reason.ShouldBeOneOf(
            "the server requires a client certificate",
            "the server requested a client certificate and closed the connection without one");
    }

    [Fact]
    public async Task Server_ThatAskedForAClientCertificateAndResets_IsTlsInThoseWords()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Asks = true, ResetsAfterHandshake = true };
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify);
        judgement.ErrorType.ShouldBe(ErrorType.Tls, judgement.Reason);
        judgement.Reason.ShouldBe("the server requested a client certificate and closed the connection without one");
    }

    [Fact]
    public async Task Server_ThatAskedForNoneAndResets_IsConnectionReset()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { ResetsAfterHandshake = true };
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify)).ErrorType.ShouldBe(ErrorType.ConnectionReset);
    }

    [Fact]
    public async Task Server_ThatTakesNoneForAnAnswer_Passes()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Asks = true };
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify)).Result.ShouldBe(Result.Pass);
    }

    [Fact]
    public async Task Answer_ThatBreaksOffOfAServerThatAsked_IsNotAboutTheCertificate()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Asks = true, Answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok" };
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify)).ErrorType.ShouldBe(ErrorType.Protocol);
    }

    [Theory]
    [InlineData(40, "the server refuses the TLS handshake: no cipher, or another setting, in common (handshake_failure)")]
    [InlineData(48, "the server refuses the TLS handshake: unknown certificate authority (unknown_ca)")]
    [InlineData(70, "the server refuses the TLS handshake: no TLS version in common (protocol_version)")]
    [InlineData(80, "the server refuses the TLS handshake: internal error of the server (internal_error)")]
    [InlineData(112, "the server refuses the TLS handshake: it serves no host of this name (unrecognized_name)")]
    [InlineData(116, "the server refuses the TLS handshake: it requires a client certificate (certificate_required)")]
    [InlineData(255, "the server refuses the TLS handshake: alert 255")]
    public async Task Alert_OfTheServer_IsTlsInWords(int alert, string words)
    {
        await using var target = Answering([21, 3, 3, 0, 2, 2, (byte)alert]);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: https://127.0.0.1:{target.Port}/");
        judgement.ErrorType.ShouldBe(ErrorType.Tls);
        judgement.Reason.ShouldBe(words);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("-ERR unknown command\r\n")]
    public async Task Server_WithoutTls_IsTlsInWords(string answer)
    {
        await using var target = Answering([.. answer.Select(c => (byte)c)]);
        foreach (var lines in (string[][])[["kind: http", $"url: https://127.0.0.1:{target.Port}/"],
            ["kind: redis", $"address: 127.0.0.1:{target.Port}", "tls: {}"]])
        {
            var judgement = await CheckRun.JudgeAsync(lines);
            judgement.ErrorType.ShouldBe(ErrorType.Tls);
            judgement.Reason.ShouldBe("the server does not speak TLS on this port");
        }
    }

    [Fact]
    public async Task Server_WithTlsAskedInPlainText_IsProtocolInWords()
    {
        await using var target = Answering([21, 3, 3, 0, 2, 2, 70]);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: http://127.0.0.1:{target.Port}/");
        judgement.ErrorType.ShouldBe(ErrorType.Protocol);
        judgement.Reason.ShouldBe("the server speaks TLS on this port");
    }

    [Fact]
    public async Task Server_ThatClosesInTheHandshake_IsTls()
    {
        await using var closing = TcpTarget.Closing();
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: https://127.0.0.1:{closing.Port}/");
        judgement.ErrorType.ShouldBe(ErrorType.Tls, judgement.Reason);
        judgement.Reason.ShouldBe("performing TLS handshake: the peer closed the connection");
    }

    /// <summary>Reads what a client begins with, answers, and closes.</summary>
    private static TcpTarget Answering(byte[] answer) => new(async (stream, stop) =>
    {
        _ = await stream.ReadAsync(new byte[64 * 1024], stop);
        await stream.WriteAsync(answer, stop);
    });
}
