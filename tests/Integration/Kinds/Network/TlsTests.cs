using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Kinds.Network;

/// <summary>The kind <c>tls</c> beside OpenSSL's server, which requires a client certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = TemporaryFolder.Create("tls-");
    private readonly X509Certificate2 _certificate = Certificates.SelfSigned(days: 5);

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Server_ThatRequiresACertificate_IsHealthyForThoseWhoHaveOneAlone()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        var (pem, pemKey) = (Write("c.pem", _certificate.ExportCertificatePem()), Write("k.pem", key.ExportPkcs8PrivateKeyPem()));
        var port = Containers.FreePort();
        await using var server = Serve(port, pem, pemKey);
        await using var agent = await TestAgent.StartAsync($$"""
              - { name: known, kind: tls, address: "127.0.0.1:{{port}}", tls: { ca: "{{pem}}", certificate: "{{pem}}", key: "{{pemKey}}" } }
              - { name: unknown, kind: tls, address: "127.0.0.1:{{port}}", tls: { ca: "{{pem}}" } }
              - name: soon
                kind: tls
                address: "127.0.0.1:{{port}}"
                tls: { ca: "{{pem}}", certificate: "{{pem}}", key: "{{pemKey}}" }
                warn: certificate.expiresIn < 14d
            """);

        await agent.UntilAsync("known", "healthy");
        await agent.UntilAsync("soon", "degraded");
        Text(await agent.UntilAsync("unknown", "unhealthy")).ShouldContain("the server requires a client certificate");
        await server.SignalAsync("KILL");
        await server.ExitAsync();
        Text(await agent.UntilAsync("known", "unhealthy")).ShouldContain("connection_refused");
    }

    private static string Text(JsonElement state) => state.GetRawText();

    private static ChildProcess Serve(int port, string certificate, string key)
    {
        try
        {
            return ChildProcess.Start("openssl",
            [
                "s_server", "-quiet", "-accept", port.ToString(CultureInfo.InvariantCulture), "-cert", certificate, "-key", key,
                "-CAfile", certificate, "-Verify", "1", "-verify_return_error",
            ]);
        }
        catch (Win32Exception)
        {
            Assert.Skip("openssl is not installed");
            throw;
        }
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
