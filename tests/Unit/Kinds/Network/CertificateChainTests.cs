using System.ComponentModel;
using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Chains of an authority that this process does not trust. What needs trust is in TrustedCertificateTests.</summary>
public sealed class CertificateChainTests : IDisposable
{
    private const string SkipVerify = "tls: {insecureSkipVerify: true}";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Authority _root = new("Test Root", validFor: TimeSpan.FromDays(3650));

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(SkipVerify, null)]
    [InlineData("", ErrorType.CertificateInvalid)]
    public async Task UrlsOfThePeersCertificates_AreNotFetched(string tls, ErrorType? expected)
    {
        var fetches = 0;
        await using var hanging = new TcpTarget((_, stop) =>
        {
            Interlocked.Increment(ref fetches);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        var url = $"http://127.0.0.1:{hanging.Port}/";
        using var intermediate = new Authority("Test Intermediate", _root, fetch: url);
        using var certificate = intermediate.Issue(fetch: url);
        await using var target = new TlsTarget(certificate, intermediate.Certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}", tls);
        judgement.ErrorType.ShouldBe(expected, judgement.Reason);
        fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Chain_AcceptedAnyway_IsStillWatched()
    {
        using var intermediate = new Authority("Test Intermediate", _root, TimeSpan.FromDays(3));
        using var certificate = intermediate.Issue(TimeSpan.FromDays(90));
        await using var target = new TlsTarget(certificate, intermediate.Certificate);
        var judgement = await CheckRun.JudgeAsync(
            "kind: http", $"url: {target.Url}", SkipVerify, "warn: chain.expiresIn < 7d", "expect: certificate.expiresIn > 30d");
        judgement.Result.ShouldBe(Result.Warn, judgement.Reason);
        ((TimeSpan)judgement.Observed("certificate.expiresIn")!).TotalDays.ShouldBe(90, tolerance: 0.1);
        ((TimeSpan)judgement.Observed("chain.expiresIn")!).TotalDays.ShouldBe(3, tolerance: 0.1);
        judgement.Observed("chain.notAfter").ShouldBeOfType<DateTimeOffset>();

        // The gauge of a certificate's end takes the first.
        judgement.Observations.First(pair => pair.Meaning == ObservationMeaning.CertificateEnd).Name.ShouldBe("certificate.notAfter");
    }

    [Fact]
    public async Task Chain_WithoutItsIntermediates_IsInvalidInThoseWords()
    {
        using var intermediate = new Authority("Test Intermediate", _root);
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        judgement.Reason.ShouldBe("the certificate of CN=subject, issued by CN=Test Intermediate, was rejected: "
            + "unable to get issuer certificate; the server may not send its intermediate certificates");
    }

    [Fact]
    public async Task Chain_OfAnUnknownAuthority_NamesIt()
    {
        using var intermediate = new Authority("Test Intermediate", _root);
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate, intermediate.Certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        judgement.Reason.ShouldNotBeNull().ShouldEndWith(" or it is not trusted (CN=Test Root)");
    }

    [Fact]
    public async Task Certificate_ThatIsNotValidYet_IsInvalidAndNotExpired()
    {
        using var certificate = _root.Issue(begins: TimeSpan.FromDays(1));
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        judgement.Reason.ShouldNotBeNull().ShouldContain("it is not valid before 20");
    }

    [Fact]
    public async Task Certificate_ForAnotherName_IsInvalidInThoseWords()
    {
        using var certificate = _root.Issue(name: "somebody.else");
        await using var target = new TlsTarget(certificate);
        var judgement = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");
        judgement.ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        judgement.Reason.ShouldNotBeNull().ShouldEndWith(", certificate hostname mismatch");
    }

    [Fact]
    public async Task Name_WithATrailingDot_IsAskedForAndComparedWithoutIt()
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Asks = true };
        var trace = new ConnectionTrace(TimeProvider.System);
        await using var stream = new SslStream(trace.Open(await trace.ConnectAsync("127.0.0.1", target.Port, Cancel)));
        await Should.ThrowAsync<AuthenticationException>(
            () => stream.AuthenticateAsClientAsync(trace.TlsOptions("localhost.", new TlsSettings()), Cancel));
        var failure = trace.FailureOf(new IOException("any")).ShouldNotBeNull();
        failure.Message.ShouldContain(" was rejected: ");
        failure.Message.ShouldNotContain("hostname");
    }

    [Theory]
    [InlineData("localhost.", "localhost")]
    [InlineData("bücher.example", "bücher.example")]
    public async Task Name_WithATrailingDotOrBeyondAscii_IsSentAsTlsWantsIt(string host, string sent)
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Asks = true };
        await CheckRun.JudgeAsync(
            "kind: http", $"url: {target.Url}", $"headers: {{ Host: \"{new Uri($"https://{host}/").IdnHost}\" }}", SkipVerify);
        target.Names.ShouldBe([sent]);
    }

    [Fact]
    public async Task Session_OfAnEarlierRun_IsNotResumed()
    {
        // A server that renews its certificate and keeps its ticket keys would be seen with the previous certificate.
        using var certificate = _root.Issue();
        using var key = certificate.GetECDsaPrivateKey()!;
        var pem = Path.GetTempFileName();
        await File.WriteAllTextAsync(pem, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", Cancel);
        using var server = OpenSslServer(pem);
        try
        {
            var line = "";
            while (line is not null && !line.StartsWith("ACCEPT ", StringComparison.Ordinal))
            {
                line = await server.StandardOutput.ReadLineAsync(Cancel).AsTask().Ends();
            }

            var port = line.ShouldNotBeNull().Split(':')[^1];
            for (var run = 0; run < 2; run++)
            {
                var judgement = await CheckRun.JudgeAsync(
                    "kind: http", $"url: https://localhost:{port}/", SkipVerify, "expect: body contains 'New, TLS'");
                judgement.Result.ShouldBe(Result.Pass, judgement.Reason);
            }
        }
        finally
        {
            server.Kill();
            File.Delete(pem);
        }
    }

    private static Process OpenSslServer(string pem)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", pem, "-key", pem,
                "-www"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("there is no openssl here");
            throw;
        }
    }
}
