using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What one check trusts, no other check trusts.</summary>
public sealed class TrustedAuthorityTests
{
    [Fact]
    public async Task Authority_OfOneCheck_IsNotTrustedByAnother()
    {
        using var authority = new Authority("Private Root");
        using var certificate = authority.Issue();
        await using var target = new TlsTarget(certificate);
        var roots = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(roots, authority.Certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            (await CheckRun.JudgeAsync(
                "kind: redis", $"connectionString: 'rediss://localhost:{target.Port}?ssl_ca_certs={roots}'")).ErrorType
                .ShouldBe(ErrorType.Protocol, "it trusts the authority, and finds that the server is no Redis");

            (await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}")).ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        }
        finally
        {
            File.Delete(roots);
        }
    }
}
