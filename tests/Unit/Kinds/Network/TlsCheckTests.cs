using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>The kind <c>tls</c>; what its section <c>tls</c> means is in <c>TlsSettingsTests</c>.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private readonly Authority _root = new("Test Root");

    private string Trusted => $"tls: {{ca: \"{_root.Certificate.ExportCertificatePem().ReplaceLineEndings("\\n")}\"}}";

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Server_WithAValidCertificate_Passes()
    {
        using var certificate = _root.Issue(TimeSpan.FromDays(20));
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync(
            "kind: tls", $"address: 127.0.0.1:{target.Port}", Trusted, "expect: certificate.expiresIn > 14d");
        judgement.Result.ShouldBe(Result.Pass, judgement.Reason);
        foreach (var phase in new[] { "dns", "connect", "tls" })
        {
            judgement.Observed(phase).ShouldBeOfType<TimeSpan>(phase);
        }

        ((TimeSpan)judgement.Observed("certificate.expiresIn")!).TotalDays.ShouldBe(20, tolerance: 0.1);
    }

    [Fact]
    public async Task Certificate_ThatEndsSoon_IsWarnedOf()
    {
        using var certificate = _root.Issue(TimeSpan.FromDays(5));
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync(
            "kind: tls", $"address: 127.0.0.1:{target.Port}", Trusted, "warn: certificate.expiresIn < 14d");
        judgement.Result.ShouldBe(Result.Warn);
    }

    [Fact]
    public async Task Certificate_PastItsEnd_IsExpired()
    {
        using var certificate = _root.Issue(TimeSpan.FromDays(-1));
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync("kind: tls", $"address: 127.0.0.1:{target.Port}", Trusted);
        judgement.ErrorType.ShouldBe(ErrorType.CertificateExpired);
        ((TimeSpan)judgement.Observed("certificate.expiresIn")!).ShouldBeLessThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Server_ThatGreetsInPlainText_IsTls()
    {
        await using var target = new TcpTarget(async (stream, stop) =>
        {
            await stream.WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray(), stop);
            await stream.ReadExactlyAsync(new byte[1], stop);
        });
        var judgement = await CheckRun.JudgeAsync("kind: tls", $"address: 127.0.0.1:{target.Port}");
        judgement.ErrorType.ShouldBe(ErrorType.Tls);
        judgement.Reason.ShouldBe("the server does not speak TLS on this port");
    }

    [Fact]
    public async Task Server_ThatSaysNothing_TimesOutInTheHandshake()
    {
        await using var target = TcpTarget.Hanging();
        var judgement = await CheckRun.JudgeAsync("kind: tls", $"address: 127.0.0.1:{target.Port}", "timeout: 200ms");
        judgement.ErrorType.ShouldBe(ErrorType.Timeout);
        judgement.Reason.ShouldBe($"timed out while performing TLS handshake with 127.0.0.1:{target.Port}");
    }
}
