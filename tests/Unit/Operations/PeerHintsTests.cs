using System.Security.Cryptography.X509Certificates;
using HealthAgent.Explanation;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Operations;

/// <summary>What helps where something else listens, or nothing, or a certificate is wrong: real peers.</summary>
public sealed class PeerHintsTests : IDisposable
{
    private readonly Authority _root = new("root");

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "SSH")]
    [InlineData("220 mail.shop.internal ESMTP Postfix\r\n", "SMTP or FTP")]
    [InlineData("* OK IMAP4rev1 ready\r\n", "IMAP")]
    [InlineData("+OK POP3 ready\r\n", "POP3")]
    [InlineData("-NOAUTH Authentication required.\r\n", "the Redis protocol")]
    [InlineData("AMQP\0\0\u0009\u0001", "AMQP")]
    [InlineData("J\0\0\0\n8.0.36\0abcdefgh", "the MySQL protocol")]
    public async Task Http_ToAnotherProtocol_NamesIt(string greeting, string protocol)
    {
        await using var target = TcpTarget.Saying(greeting);

        await Hinted.FailsAsync(
            ["kind: http", $"url: http://127.0.0.1:{target.Port}/"],
            ErrorType.Protocol, $"the server speaks {protocol} on this port", "the port is that of another service");
    }

    [Fact]
    public async Task StepThatOnlyWarns_HasTheHintOfItsFail()
    {
        using var refusing = TcpTarget.Refusing(out var port);

        var (record, hints) = await Hinted.RunAsync(
            "kind: scenario", "steps:", $"  - {{ name: extra, kind: tcp, address: '127.0.0.1:{port}', impact: degrading }}");

        record.Result.ShouldBe(Result.Warn);
        hints.ShouldHaveSingleItem().ShouldStartWith("nothing listens on this address and port");
    }

    [Fact]
    public async Task Http_ToHttp2Alone_NamesTheKindThatSpeaksIt()
    {
        await using var target = TcpTarget.Saying("\0\0\u0006\u0004\0\0\0\0\0\0\u0005\0\0@\0\0\0\0\u0007\0\0\0\0\0\0\0\0\0\0\0\0\u0001");

        await Hinted.FailsAsync(
            ["kind: http", $"url: http://127.0.0.1:{target.Port}/"],
            ErrorType.Protocol, "the server speaks HTTP/2 on this port", "without TLS, the port takes HTTP/2 alone");
    }

    [Fact]
    public async Task Grpc_ToAnotherProtocol_NamesIt_AndNotHttp2()
    {
        await using var ssh = TcpTarget.Saying("SSH-2.0-OpenSSH_9.2\r\n");
        await using var web = await HttpTarget.AnsweringAsync("{}");
        await using var ending = TcpTarget.Saying("\0\0\0\u0004\0\0\0\0\0\0\0\u0008\u0007\0\0\0\0\0\0\0\0\0\0\0\0\u0001");

        await Hinted.FailsAsync(
            ["kind: grpc", $"address: 127.0.0.1:{ssh.Port}"],
            ErrorType.Protocol, "the server speaks SSH", "the port is that of another service");
        await Hinted.FailsAsync(
            ["kind: grpc", $"url: {web.Url.Replace("http:", "grpc:", StringComparison.Ordinal)}"],
            ErrorType.Protocol, "HTTP_1_1_REQUIRED", "gRPC needs HTTP/2");
        var (record, _) = await Hinted.RunAsync("kind: grpc", $"address: 127.0.0.1:{ending.Port}");
        record.Reason.ShouldNotBeNull().ShouldNotContain("speaks HTTP/2");
    }

    [Fact]
    public async Task Http_ToAPortOfTls_NamesTheScheme()
    {
        await using var target = TcpTarget.Saying("\u0015\u0003\u0001\0\u0002\u0002F");

        await Hinted.FailsAsync(
            ["kind: http", $"url: http://127.0.0.1:{target.Port}/"],
            ErrorType.Protocol, "the server speaks TLS on this port", "write the scheme with TLS, such as https:// for http://");
    }

    [Fact]
    public async Task Tls_ToAPortThatWaitsForWords_SaysThatItMayHaveNone()
    {
        await using var target = TcpTarget.Hanging();

        await Hinted.FailsAsync(
            ["kind: tls", $"address: 127.0.0.1:{target.Port}", "timeout: 500ms"],
            ErrorType.Timeout, "performing TLS handshake", "the port takes connections, and does not answer to TLS: it has none");
    }

    [Fact]
    public async Task Tls_ToAPortThatCloses_SaysThatItMayHaveNone()
    {
        await using var target = new TcpTarget((stream, stop) => stream.ReadAsync(new byte[8192], stop).AsTask());

        await Hinted.FailsAsync(
            ["kind: http", $"url: https://127.0.0.1:{target.Port}/"],
            ErrorType.Tls, "the peer closed the connection", "the port has no TLS, or something else listens on this port");
    }

    [Fact]
    public async Task ClientCertificate_ThatIsWanted_NamesTheSettings()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Requires = true };

        await Hinted.FailsAsync(Check(target.Url), ErrorType.Tls, "client certificate", "set tls.certificate and tls.key");
    }

    [Fact]
    public async Task Connection_ClosedAfterTheHandshake_IsNotSaidToWantAnotherScheme()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { ResetsAfterHandshake = true };

        await Hinted.FailsAsync(
            Check(target.Url), ErrorType.ConnectionReset, "waiting for the response",
            "it was closed after the TLS handshake without a byte in return");
    }

    [Fact]
    public async Task Certificates_ThatAreRejected_SayWhatIsWrongWithThem()
    {
        using var between = new Authority("Shop Issuing", _root);
        using var early = _root.Issue(begins: TimeSpan.FromDays(3));
        using var forClients = _root.Issue(usage: Authority.ForClients);
        using var incomplete = between.Issue();
        (string Name, X509Certificate2 Certificate, string Hint)[] rows =
        [
            ("not yet valid", early, "the certificate is not valid yet: it was deployed too early, or the clock of this machine is behind"),
            ("for clients", forClients, "the certificate was issued for another use, such as for clients"),
            ("incomplete", incomplete, "CN=Shop Issuing is neither known here nor sent by the server, which sends 1 of its chain"),
        ];
        foreach (var (name, certificate, hint) in rows)
        {
            await using var target = new TlsTarget(certificate);

            var (_, hints) = await Hinted.RunAsync(Check(target.Url));

            hints.ShouldHaveSingleItem(name).ShouldStartWith(hint, customMessage: name);
        }
    }

    [Fact]
    public async Task RefusedPort_OfThisMachine_NamesContainers()
    {
        using var refusing = TcpTarget.Refusing(out var port);

        await Hinted.FailsAsync(
            ["kind: tcp", $"address: 127.0.0.1:{port}"], ErrorType.ConnectionRefused, "Connection refused",
            "nothing listens on this address and port: is the process running, and on this port? In a container, localhost");
    }

    [Fact]
    public async Task Address_OfIPv6_IsWrittenOnceInBrackets()
    {
        var (record, _) = await Hinted.RunAsync("kind: http", "url: http://[::1]:1/");

        record.Reason.ShouldNotBeNull().ShouldStartWith("connecting to [::1]:1: ");
    }

    [Theory]
    [InlineData("db", true)]
    [InlineData("db.internal", false)]
    public void Name_WithoutADot_NamesSearchDomains(string host, bool expected) => Hinted.For(
        ErrorType.Dns, $"resolving {host}: Name or service not known",
        new ExplainedRun { Names = [new ResolvedName(host, [], "Name or service not known")] })
        .ShouldHaveSingleItem().Contains("through search domains only", StringComparison.Ordinal).ShouldBe(expected);

    [Fact]
    public void Path_ByIPv6Alone_SaysSo() => Hinted.For(
        ErrorType.ConnectionRefused, "connecting to db:5432 (fd00::1): Connection refused",
        new ExplainedRun { Connections = [new ConnectionAttempt("db:5432", "fd00::1", ConnectionOutcome.Failed, "Connection refused")] })
        .ShouldHaveSingleItem().ShouldEndWith("It was tried by IPv6 alone: it may listen by IPv4 only");

    public void Dispose() => _root.Dispose();

    private string[] Check(string url) => ["kind: http", $"url: {url}", $"tls: {{ ca: {Explained.Pem(_root)} }}"];
}
