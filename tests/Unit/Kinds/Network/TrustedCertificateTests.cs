using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Certificates of an authority that the agent trusts, which takes a process of its own: SSL_CERT_FILE is read once.</summary>
public sealed class TrustedCertificateTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Authority _root = new("Test Root", validFor: TimeSpan.FromDays(3650));
    private readonly string _home = TemporaryFolder.Create("home-").FullName;

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Chain_ThatIsComplete_IsWatchedToItsFirstEnd()
    {
        using var intermediate = new Authority("Test Intermediate", _root, TimeSpan.FromDays(3));
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate, intermediate.Certificate);
        var (outcome, observed) = await JudgeAsync(target.Url);
        outcome.ShouldBe("healthy");
        observed["certificate.expiresIn"].ShouldStartWith("89d23h");
        observed["chain.expiresIn"].ShouldStartWith("2d23h");
    }

    [Fact]
    public async Task Chain_OfWhichTheRootEndsFirst_IsWatchedToo()
    {
        using var root = new Authority("Short Root", validFor: TimeSpan.FromDays(5));
        using var certificate = root.Issue();
        await using var target = new TlsTarget(certificate);
        var (outcome, observed) = await JudgeAsync(target.Url, root);
        outcome.ShouldBe("healthy");
        observed["chain.expiresIn"].ShouldStartWith("4d23h");
    }

    [Fact]
    public async Task Chain_ThatOnlyADownloadWouldComplete_IsInvalid_AndNothingIsKept()
    {
        using var intermediate = new Authority("Test Intermediate", _root);
        await using var issuer =
            await HttpTarget.StartAsync(context => context.Response.Body.WriteAsync(intermediate.Certificate.RawData).AsTask());
        using var certificate = intermediate.Issue(fetch: issuer.Url + "/");
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(target.Url)).Outcome.ShouldContain(
            "unable to get issuer certificate; the server may not send its intermediate certificates");
        Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Chain_ThatOnlyAnEarlierDownloadCompletes_IsInvalid()
    {
        // Where .NET keeps what programs of this user downloaded.
        using var intermediate = new Authority("Test Intermediate", _root);
        using var kept = X509CertificateLoader.LoadCertificate(intermediate.Certificate.RawData);
        var store = Directory.CreateDirectory(Path.Combine(_home, ".dotnet/corefx/cryptography/x509stores/ca"));
        await File.WriteAllBytesAsync(Path.Combine(store.FullName, $"{kept.Thumbprint}.pfx"), kept.Export(X509ContentType.Pkcs12), Cancel);
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(target.Url)).Outcome.ShouldContain(
            "unable to get issuer certificate; the server may not send its intermediate certificates");
    }

    [Fact]
    public async Task Chain_ThatTheSystemsBundleCompletes_IsValid()
    {
        using var intermediate = new Authority("Test Intermediate", _root);
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(target.Url, _root, intermediate)).Outcome.ShouldBe("healthy");
    }

    [Fact]
    public async Task Certificate_ForClients_IsInvalid()
    {
        using var certificate = _root.Issue(usage: Authority.ForClients);
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(target.Url)).Outcome.ShouldEndWith("was rejected: it is not for server authentication");
    }

    [Fact]
    public async Task Certificate_ForAnotherName_IsInvalid()
    {
        using var certificate = _root.Issue(name: "somebody.else");
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(target.Url)).Outcome.ShouldEndWith("was rejected: certificate hostname mismatch");
    }

    [Fact]
    public async Task Intermediate_PastItsEnd_IsExpiredAndNamed()
    {
        using var intermediate = new Authority("Old Intermediate", _root, TimeSpan.FromDays(-1));
        using var certificate = intermediate.Issue();
        await using var target = new TlsTarget(certificate, intermediate.Certificate);
        (await JudgeAsync(target.Url)).Outcome.ShouldContain("was rejected: CN=Old Intermediate expired at ");
    }

    /// <summary>
    /// What an agent that trusts some authorities makes of a URL: healthy, or why not; and the durations that it observed.
    /// </summary>
    private async Task<(string Outcome, Dictionary<string, string> Observed)> JudgeAsync(string url, params Authority[] trusted)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SSL_CERT_FILE is read on Linux only");
        using var file = new ConfigurationText($$"""
            agent: { listen: "http://127.0.0.1:0" }
            defaults: { interval: 1h, timeout: 20s, failureThreshold: 1 }
            checks:
              - { name: target, kind: http, url: "{{url}}" }
            """);
        var bundle = Path.Combine(file.Directory, "ca.pem");
        await File.WriteAllLinesAsync(
            bundle, (trusted is [] ? [_root] : trusted).Select(authority => authority.Certificate.ExportCertificatePem()), Cancel);
        await using var agent =
            AgentProcess.Start(["--config", file.Path], null, ("SSL_CERT_FILE", bundle), ("SSL_CERT_DIR", file.Directory), ("HOME", _home));
        await Eventually.Is(
            () => agent.Output.Contains(" target is ", StringComparison.Ordinal), $"there is an outcome: {agent.Output}{agent.Errors}");
        var line = agent.Output.Split('\n').First(text => text.Contains(" target is ", StringComparison.Ordinal));
        var address = agent.Output.Split('\n').First(text => text.Contains("/metrics", StringComparison.Ordinal)).Trim()
            .Split("/metrics")[0];
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(address + "/health/checks/target"), Cancel);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        var observed = json.RootElement.GetProperty("observed").EnumerateObject()
            .Where(pair => pair.Name.EndsWith(".expiresIn", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);
        return (line.Contains("target is healthy", StringComparison.Ordinal) ? "healthy" : line, observed);
    }
}
