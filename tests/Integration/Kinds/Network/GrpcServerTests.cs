using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Integration.Kinds.Network;

/// <summary>The kind <c>grpc</c> beside a real server, whose answers are those of ASP.NET Core's health checks.</summary>
public sealed class GrpcServerTests
{
    private const string Token = "correct-horse";

    [Theory]
    [InlineData("", HealthStatus.Healthy, Result.Pass, "serving")]
    [InlineData("", HealthStatus.Unhealthy, Result.Fail, "not_serving")]
    [InlineData("orders", HealthStatus.Healthy, Result.Pass, "serving")]
    [InlineData("orders", HealthStatus.Degraded, Result.Pass, "serving")]
    [InlineData("orders", HealthStatus.Unhealthy, Result.Fail, "not_serving")]
    [InlineData("carts", HealthStatus.Unhealthy, Result.Pass, "serving")]
    public async Task Service_ByItsHealthChecks_PassesOrFails(string service, HealthStatus orders, Result result, string status)
    {
        await using var server = await GrpcServer.StartAsync(["orders", "carts"]);
        server.Set("orders", orders);

        var verdict = await JudgeAsync(server, $"service: '{service}'");

        (verdict.Result, verdict.ErrorType).ShouldBe((result, result == Result.Pass ? null : ErrorType.UnexpectedStatus), verdict.Reason);
        (verdict.Observed("status"), verdict.Observed("code")).ShouldBe((status, "OK"));
        verdict.Observed("call").ShouldBeOfType<TimeSpan>();
    }

    [Fact]
    public async Task Service_ThatTheServerDoesNotHave_IsNotFound()
    {
        await using var server = await GrpcServer.StartAsync(["orders"]);

        var verdict = await JudgeAsync(server, "service: ordres");

        (verdict.ErrorType, verdict.Observed("code")).ShouldBe((ErrorType.NotFound, "NOT_FOUND"));
        verdict.Reason.ShouldStartWith("the server answers NOT_FOUND (it knows no service 'ordres')");
    }

    [Fact]
    public async Task Server_ByTls_IsVerifiedAndGetsTheToken()
    {
        using var certificate = Certificates.SelfSigned(days: 20);
        await using var server = await GrpcServer.StartAsync(["orders"], certificate, Token);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        var verified = $"tls: {{ ca: {file} }}";

        var known = await JudgeAsync(server, "service: orders", verified, $"headers: {{ Authorization: Bearer {Token} }}");
        var shortened = await JudgeAsync(server, verified, $"token: {Token}");
        var wrong = await JudgeAsync(server, verified, "token: wrong-battery-staple");
        var unverified = await JudgeAsync(server, "tls: {}", $"token: {Token}");
        var plain = await JudgeAsync(server, $"token: {Token}");
        File.Delete(file);

        (known.Result, known.Observed("status")).ShouldBe((Result.Pass, "serving"), known.Reason);
        known.Observed("tls").ShouldBeOfType<TimeSpan>();
        known.Observed("certificate.expiresIn").ShouldBeOfType<TimeSpan>().TotalDays.ShouldBeInRange(19, 20);
        shortened.Result.ShouldBe(Result.Pass, shortened.Reason);
        (wrong.ErrorType, wrong.Observed("code")).ShouldBe((ErrorType.Authentication, "UNAUTHENTICATED"), wrong.Reason);
        wrong.Reason!.ShouldNotContain("wrong-battery-staple");
        unverified.ErrorType.ShouldBe(ErrorType.CertificateInvalid, unverified.Reason);
        plain.Result.ShouldBe(Result.Fail);
    }

    [Fact]
    public async Task Server_ThatIsStopped_RefusesTheConnection()
    {
        var server = await GrpcServer.StartAsync(["orders"]);
        var address = server.Address;
        await server.DisposeAsync();

        (await CheckRun.JudgeAsync("kind: grpc", $"address: {address}")).ErrorType.ShouldBe(ErrorType.ConnectionRefused);
    }

    private static Task<CheckVerdict> JudgeAsync(GrpcServer server, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: grpc", $"address: {server.Address}", .. lines]);
}
