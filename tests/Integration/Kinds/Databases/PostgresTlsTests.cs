using System.Security.Cryptography.X509Certificates;
using System.Text;
using HealthAgent.Integration.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>A real server that takes TLS, and the spans of its driver.</summary>
public sealed class PostgresTlsTests : IAsyncLifetime
{
    private const string Key = "/tmp/server.key", Certificate = "/tmp/server.crt";

    private readonly X509Certificate2 _certificate = Certificates.SelfSigned(days: 30);
    private readonly string _authority = Path.GetTempFileName();
    private readonly int _port = Containers.FreePort();
    private PostgreSqlContainer? _container;

    public async ValueTask InitializeAsync()
    {
        var pem = _certificate.ExportCertificatePem();
        await File.WriteAllTextAsync(_authority, pem);
        _container = Containers.Postgres(_port);
        await _container.StartAsync(TestContext.Current.CancellationToken);
        using var key = _certificate.GetECDsaPrivateKey()!;
        await _container.CopyAsync(Encoding.UTF8.GetBytes(pem), Certificate);
        await _container.CopyAsync(Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()), Key);
        (await _container.ExecAsync(["sh", "-c", $"chown postgres {Key} {Certificate} && chmod 600 {Key}"])).ExitCode.ShouldBe(0);
        // A statement each: none of them may stand in a transaction with another.
        foreach (var statement in new[]
        {
            $"alter system set ssl_cert_file = '{Certificate}'", $"alter system set ssl_key_file = '{Key}'",
            "alter system set ssl = on", "select pg_reload_conf()",
        })
        {
            var done = await _container.ExecScriptAsync(statement);
            done.ExitCode.ShouldBe(0, done.Stderr);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        _certificate.Dispose();
        File.Delete(_authority);
    }

    [Fact]
    public async Task Server_WithTls_IsVerifiedAsTlsSays()
    {
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync($$"""
              - name: trusted
                kind: postgres
                connectionString: postgres://agent:correct-horse@127.0.0.1:{{_port}}/agent
                query: select ssl from pg_stat_ssl where pid = pg_backend_pid()
                tls: { ca: {{_authority}} }
                expect: [text == t, certificate.expiresIn > 7d]
              - name: untrusted
                kind: postgres
                connectionString: postgres://agent:correct-horse@127.0.0.1:{{_port}}/agent
                tls: { minVersion: "1.2" }
            """, otlp);

        await agent.UntilAsync("trusted", "healthy");
        (await agent.UntilAsync("untrusted", "unhealthy")).GetProperty("last").GetProperty("errorType").GetString()
            .ShouldBe("certificate_invalid");

        var run = (await Eventually.TrueAsync(() => otlp.RunsOf("trusted"), runs => runs.Count > 0, "a run's span"))[0];
        var query = await Eventually.TrueAsync(
            () => otlp.Spans.FirstOrDefault(span => span.ParentSpanId == run.SpanId), span => span is not null, "the driver's span");
        query!.Text("server.address").ShouldBe("127.0.0.1");
    }
}
