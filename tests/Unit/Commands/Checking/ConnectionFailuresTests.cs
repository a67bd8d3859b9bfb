using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Commands.Checking.FailingCheck;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>Why a check fails that does not get as far as a response, found out with one command each.</summary>
public sealed class ConnectionFailuresTests : IDisposable
{
    private readonly Authority _root = new("Shop Root");

    [Fact]
    public async Task ExpiredCertificate()
    {
        using var certificate = _root.Issue(validFor: TimeSpan.FromDays(-3));
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_expired)", "was rejected: it expired at", "hint: renew the certificate that has expired, and reload the server",
            "expired 3 days ago");
    }

    [Fact]
    public async Task WrongHostName()
    {
        using var certificate = _root.Issue(name: "orders.internal");
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_invalid)", "certificate hostname mismatch", "hint: the certificate is for orders.internal, not for 127.0.0.1");
    }

    [Fact]
    public async Task MissingIntermediate()
    {
        using var between = new Authority("Shop Issuing", _root);
        using var certificate = between.Issue();
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url, "--tls.ca", Pem(_root)],
            "(certificate_invalid)", "unable to get issuer certificate",
            "hint: CN=Shop Issuing is neither known here nor sent by the server, which sends 1 of its chain: if it is an authority");
    }

    [Fact]
    public async Task RefusedPort()
    {
        using var refusing = TcpTarget.Refusing(out var port);

        await FailsAsync(
            ["--url", $"tcp://127.0.0.1:{port}"],
            "(connection_refused)", "hint: nothing listens on this address and port: is the process running, and on this port?");
    }

    [Fact]
    public Task NameThatDoesNotExist() => FailsAsync(
        ["--url", "http://no-such-host.invalid/", "--timeout", "20s"],
        "(dns)", "reason: resolving no-such-host.invalid", "hint: the ");

    [Fact]
    public async Task SlowAnswer()
    {
        await using var target = TcpTarget.Hanging();

        await FailsAsync(
            ["--url", $"http://127.0.0.1:{target.Port}/", "--timeout", "3s"],
            "(timeout)", "reason: timed out while waiting for the response", "< no response",
            "hint: the port takes connections, and nothing answers on them: the target hangs or is overloaded");
    }

    [Fact]
    public async Task HttpsOnAPortForHttp()
    {
        await using var target = await HttpTarget.AnsweringAsync("{}");

        await FailsAsync(
            ["--url", target.Url.Replace("http:", "https:", StringComparison.Ordinal)],
            "(tls)", "reason: the server does not speak TLS on this port",
                "hint: write the scheme without TLS, such as http:// for https://");
    }

    [Fact]
    public async Task HttpOnAPortForHttps()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate);

        await FailsAsync(
            ["--url", target.Url.Replace("https:", "http:", StringComparison.Ordinal)],
            "hint: it was closed without a byte in return: the port may want https://, or something else listens on this port");
    }

    public void Dispose() => _root.Dispose();

    private static string Pem(Authority authority) => authority.Certificate.ExportCertificatePem();
}
