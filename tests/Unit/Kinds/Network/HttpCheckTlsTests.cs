using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class HttpCheckTlsTests
{
    private const string SkipVerify = "tls: {insecureSkipVerify: true}";

    [Fact]
    public async Task Certificate_ThatNobodyVouchesFor_IsInvalid()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10));
        await using var target = await HttpTarget.StartAsync(_ => Task.CompletedTask, certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        judgement.Observed("certificate.notAfter").ShouldNotBeNull();
    }

    [Fact]
    public async Task Certificate_PastItsEnd_IsExpired()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(-1));
        await using var target = await HttpTarget.StartAsync(_ => Task.CompletedTask, certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.CertificateExpired);
        ((TimeSpan)judgement.Observed("certificate.expiresIn")!).ShouldBeLessThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Certificate_ForAnotherName_IsInvalid()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10), "somebody.else");
        await using var target = await HttpTarget.StartAsync(_ => Task.CompletedTask, certificate);
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}")).ErrorType.ShouldBe(ErrorType.CertificateInvalid);
    }

    [Theory]
    [InlineData("expect: certificate.expiresIn > 7d", 10, Result.Pass)]
    [InlineData("expect: certificate.expiresIn > 7d", 5, Result.Fail)]
    [InlineData("warn: certificate.expiresIn < 7d", 5, Result.Warn)]
    [InlineData("warn: certificate.expiresIn < 7d", -5, Result.Warn)]
    public async Task Certificate_AcceptedAnyway_IsStillWatched(string written, int days, Result result)
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(days));
        await using var target = await HttpTarget.StartAsync(context => context.Response.WriteAsync("ok"), certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify, written);
        judgement.Result.ShouldBe(result, judgement.Reason);
        judgement.Observed("tls").ShouldBeOfType<TimeSpan>();
        ((TimeSpan)judgement.Observed("certificate.expiresIn")!).TotalDays.ShouldBe(days, tolerance: 0.1);
    }

    [Fact]
    public async Task Failure_BehindACertificateAcceptedAnyway_IsNotTheCertificate()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10));
        await using var target = await HttpTarget.StartAsync(
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
            certificate);
        (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", SkipVerify)).ErrorType.ShouldBe(ErrorType.ConnectionReset);
    }

    [Fact]
    public async Task Target_ThatSpeaksPlainText_IsTls()
    {
        await using var target = await HttpTarget.AnsweringAsync("ok");
        var url = target.Url.Replace("http://", "https://", StringComparison.Ordinal);
        (await CheckRun.JudgeAsync("kind: http", $"url: {url}")).ErrorType.ShouldBe(ErrorType.Tls);
    }

    [Fact]
    public async Task Target_ThatClosesInTheHandshake_IsTls()
    {
        await using var target = TcpTarget.Closing();
        (await CheckRun.JudgeAsync("kind: http", $"url: https://127.0.0.1:{target.Port}/")).ErrorType.ShouldBe(ErrorType.Tls);
    }

    [Fact]
    public async Task Target_WithTlsAskedInPlainText_IsNotHealthy()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10));
        await using var target = await HttpTarget.StartAsync(_ => Task.CompletedTask, certificate);
        var url = target.Url.Replace("https://", "http://", StringComparison.Ordinal);
        (await CheckRun.JudgeAsync("kind: http", $"url: {url}")).Result.ShouldBe(Result.Fail);
    }
}
