using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>
/// TLS of the drivers of databases and brokers: they verify what the agent verifies, and download nothing.
/// </summary>
public sealed class DriverTlsTests : IAsyncDisposable
{
    private readonly Authority _root = new("Test Root");
    private readonly string _roots = Path.GetTempFileName();
    private readonly TcpTarget _issuer;
    private int _fetches;

    public DriverTlsTests()
    {
        File.WriteAllText(_roots, _root.Certificate.ExportCertificatePem());
        _issuer = new TcpTarget((_, _) =>
        {
            Interlocked.Increment(ref _fetches);
            return Task.CompletedTask;
        });
    }

    public static TheoryData<string, string> Kinds => new()
    {
        { "postgres", "postgres://u:hunter2@localhost:{0}/db?sslmode=verify-full&sslrootcert={1}" },
        { "postgres", "host=localhost port={0} user=u sslmode=verify-ca sslrootcert={1}" },
        { "postgres", "Host=127.0.0.1;Port={0};Username=u;SSL Mode=VerifyFull;Root Certificate={1}" },
        { "redis", "rediss://:hunter2@localhost:{0}?ssl_ca_certs={1}" },
        { "rabbitmq", "amqps://u:hunter2@localhost:{0}?cacertfile={1}" },
    };

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _root.Dispose();
        File.Delete(_roots);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Chain_ThatIsIncomplete_IsRefusedAndNotFetched(string kind, string connection)
    {
        var url = $"http://127.0.0.1:{_issuer.Port}/issuer.crt";
        using var intermediate = new Authority("Test Intermediate", _root, fetch: url);
        using var certificate = intermediate.Issue(fetch: url);
        await using var target = Serving(kind, certificate);

        var judgement = await JudgeAsync(kind, connection, target.Port);

        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid, judgement.Reason);
        judgement.Reason.ShouldNotBeNull().ShouldContain("the certificate of CN=subject, issued by CN=Test Intermediate, was rejected: ");
        judgement.Observed("certificate.expiresIn").ShouldBeOfType<TimeSpan>().ShouldBeGreaterThan(TimeSpan.FromDays(80));
        _fetches.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Chain_ThatIsComplete_IsTakenAndObserved(string kind, string connection)
    {
        using var intermediate = new Authority("Test Intermediate", _root, validFor: TimeSpan.FromDays(20));
        using var certificate = intermediate.Issue();
        await using var target = Serving(kind, certificate, intermediate.Certificate);

        var judgement = await JudgeAsync(kind, connection, target.Port);

        // It hangs up after the handshake.
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionReset, judgement.Reason);
    }

    [Theory]
    [InlineData("postgres", "postgres://u:hunter2@127.0.0.1:{0}/db?sslmode=verify-full&sslrootcert={1}")]
    [InlineData("redis", "rediss://:hunter2@127.0.0.1:{0}?ssl_ca_certs={1}")]
    [InlineData("rabbitmq", "amqps://u:hunter2@127.0.0.1:{0}?cacertfile={1}")]
    public async Task Certificate_OfAnotherName_IsRefused(string kind, string connection)
    {
        using var certificate = _root.Issue(name: "other.example");
        await using var target = Serving(kind, certificate);
        var judgement = await JudgeAsync(kind, connection, target.Port);
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid, judgement.Reason);
        judgement.Reason.ShouldNotBeNull().ShouldContain("hostname mismatch");
    }

    [Theory]
    [InlineData("redis", "rediss://:hunter2@localhost:{0}?ssl_cert_reqs=none")]
    [InlineData("rabbitmq", "amqps://u:hunter2@localhost:{0}?verify=verify_none")]
    public async Task Server_ThatRequiresAClientCertificate_IsTlsInThoseWords(string kind, string connection)
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Requires = true };
        var judgement = await JudgeAsync(kind, connection, target.Port);
        judgement.ErrorType.ShouldBe(ErrorType.Tls, judgement.Reason);
        judgement.Reason.ShouldBeOneOf(
            "the server requires a client certificate",
            "the server requested a client certificate and closed the connection without one");
    }

    [Theory]
    [InlineData("redis", "redis://:hunter2@localhost:{0}")]
    [InlineData("rabbitmq", "amqp://u:hunter2@localhost:{0}")]
    public async Task Server_WithTlsAskedInPlainText_IsProtocolInWords(string kind, string connection)
    {
        // An alert, which is as long as the head of a frame of AMQP.
        await using var target = new TcpTarget(async (stream, stop) =>
        {
            _ = await stream.ReadAsync(new byte[1024], stop);
            await stream.WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, 70 }, stop);
            _ = await stream.ReadAsync(new byte[1024], stop);
        });
        var judgement = await JudgeAsync(kind, connection, target.Port);
        judgement.ErrorType.ShouldBe(ErrorType.Protocol, judgement.Reason);
        judgement.Reason.ShouldBe("the server speaks TLS on this port");
    }

    private Task<CheckVerdict> JudgeAsync(string kind, string connection, int port) => CheckRun.JudgeAsync(
        $"kind: {kind}",
        $"connectionString: '{string.Format(System.Globalization.CultureInfo.InvariantCulture, connection, port, _roots)}'", "timeout: 5s");

    /// <summary>Shakes hands, after PostgreSQL's request for it, and hangs up.</summary>
    private static TcpTarget Serving(string kind, X509Certificate2 certificate, params X509Certificate2[] chain) =>
        new(async (stream, stop) =>
    {
        if (kind == "postgres")
        {
            await stream.ReadExactlyAsync(new byte[8], stop);
            await stream.WriteAsync("S"u8.ToArray(), stop);
        }

        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            var context = SslStreamCertificateContext.Create(certificate, [.. chain], offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, stop);
            _ = await tls.ReadAsync(new byte[1024], stop);
        }
        catch (AuthenticationException)
        {
            // The client refuses the certificate.
        }
    });
}
