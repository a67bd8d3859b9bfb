using System.Security.Cryptography.X509Certificates;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Checks;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

/// <summary>How the exporter secures its connections to a collector.</summary>
public sealed class OtlpConnectionsTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Authority _root = new("Test Root");
    private readonly string _directory = TemporaryFolder.Create("otlp-").FullName;

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Collector_OfTheAuthorityNamed_IsTrusted_AndNothingIsFetched()
    {
        var fetches = 0;
        await using var anywhere = new TcpTarget((_, _) => Task.FromResult(Interlocked.Increment(ref fetches)));
        using var certificate = _root.Issue(fetch: $"http://127.0.0.1:{anywhere.Port}/");
        await using var collector = new TlsTarget(certificate);
        (await SendAsync(collector, ("CERTIFICATE", Write("ca.pem", _root.Certificate.ExportCertificatePem())))).ShouldBe("ok");
        fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Collector_ThatDoesNotSendItsIntermediates_IsRefused_AndNothingIsFetched()
    {
        using var intermediate = new Authority("Test Intermediate", _root);
        var fetches = 0;
        await using var issuer = await HttpTarget.StartAsync(context =>
        {
            Interlocked.Increment(ref fetches);
            return context.Response.Body.WriteAsync(intermediate.Certificate.RawData).AsTask();
        });
        using var certificate = intermediate.Issue(fetch: issuer.Url + "/");
        await using var collector = new TlsTarget(certificate);
        var failure = await Should.ThrowAsync<HttpRequestException>(
            () => SendAsync(collector, ("CERTIFICATE", Write("ca.pem", _root.Certificate.ExportCertificatePem()))));
        Failures.Classify(failure).ShouldBe(ErrorType.CertificateInvalid);
        fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Collector_OfAnotherAuthority_IsRefused()
    {
        using var other = new Authority("Other Root");
        using var certificate = other.Issue();
        await using var collector = new TlsTarget(certificate);
        await Should.ThrowAsync<HttpRequestException>(
            () => SendAsync(collector, ("CERTIFICATE", Write("ca.pem", _root.Certificate.ExportCertificatePem()))));
    }

    [Fact]
    public async Task Collector_ThatRequiresAClientCertificate_GetsIt()
    {
        using var certificate = _root.Issue();
        using var client = _root.Issue(name: "agent", usage: Authority.ForClients);
        using var key = client.GetECDsaPrivateKey()!;
        await using var collector = new TlsTarget(certificate) { Requires = true };
        var authority = ("CERTIFICATE", Write("ca.pem", _root.Certificate.ExportCertificatePem()));
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(collector, authority));
        (await SendAsync(
            collector,
            authority,
            ("CLIENT_CERTIFICATE", Write("client.pem", client.ExportCertificatePem())),
            ("CLIENT_KEY", Write("client.key", key.ExportPkcs8PrivateKeyPem())))).ShouldBe("ok");
    }

    [Fact]
    public void Files_ThatCannotBeUsed_AreMistakes()
    {
        var wrong = Write("wrong.pem", "no certificate");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = wrong,
            ["OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE"] = Path.Combine(_directory, "missing.pem"),
            ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"] = Write("right.pem", _root.Certificate.ExportCertificatePem()),
        };
        var mistakes = OtlpVariables.FindMistakes(variables.GetValueOrDefault).ToList();
        mistakes.Select(mistake => mistake.Variable)
            .ShouldBe(["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE"]);
        mistakes[0].Message.ShouldBe($"'{wrong}' is not a valid PEM file: it contains no certificate");
    }

    [Theory]
    [InlineData("CERTIFICATE")]
    [InlineData("CLIENT_CERTIFICATE")]
    [InlineData("CLIENT_KEY")]
    public async Task Pipe_InAFilesPlace_IsAMistakeAndNotWaitedFor(string variable)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes in the file system");
        var pipe = Path.Combine(_directory, "pipe");
        WatchedFolder.Run("mkfifo", pipe);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = Write("client.pem", _root.Certificate.ExportCertificatePem()),
            [$"OTEL_EXPORTER_OTLP_{variable}"] = pipe,
        };
        var mistakes = await Task.Run(() => OtlpVariables.FindMistakes(variables.GetValueOrDefault).ToList(), Cancel).Ends();
        mistakes.ShouldContain(
            mistake => mistake.Message.EndsWith($"the file '{pipe}' is a pipe; must be a regular file", StringComparison.Ordinal));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string> SendAsync(TlsTarget collector, params (string Name, string Value)[] settings)
    {
        var values = settings.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        using var client = new HttpClient(OtlpConnections.Handler(values.GetValueOrDefault, TimeProvider.System));
        return await client.GetStringAsync(new Uri(collector.Url), Cancel);
    }
}
