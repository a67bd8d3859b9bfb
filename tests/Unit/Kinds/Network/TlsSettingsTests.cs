using System.Globalization;
using System.Security.Authentication;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What <c>tls</c> means, in every kind whose counterpart can be a plain TLS server.</summary>
public sealed class TlsSettingsTests : IDisposable
{
    // What a kind says of a server that is secured as it wants, and is of another kind.
    private static readonly Dictionary<string, ErrorType?> Beyond = new(StringComparer.Ordinal)
    {
        ["http"] = null, ["tls"] = null, ["dagu"] = ErrorType.Protocol, ["redis"] = ErrorType.Protocol, ["rabbitmq"] = ErrorType.Protocol,
    };

    private readonly Authority _root = new("Test Root");
    private readonly DirectoryInfo _folder = TemporaryFolder.Create("folder-");

    public static TheoryData<string> Kinds => [.. Beyond.Keys];

    // A server of .NET refuses by closing after the handshake, which says nothing where nothing is asked. For tls there is one in TlsTests
    // that sends an alert.
    public static TheoryData<string> KindsThatAsk => [.. Beyond.Keys.Where(static kind => kind != "tls")];

    private string Ca => Write("ca.pem", _root.Certificate.ExportCertificatePem());

    public void Dispose()
    {
        _root.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ca_OfItsOwn_IsTrustedAndNoOtherIs(string kind)
    {
        using var other = new Authority("Other Root");
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate);
        (await JudgeAsync(kind, target, $"ca: {Ca}")).ErrorType.ShouldBe(Beyond[kind]);
        (await JudgeAsync(kind, target, $"ca: {Quoted(_root.Certificate.ExportCertificatePem())}")).ErrorType.ShouldBe(Beyond[kind]);
        (await JudgeAsync(kind, target, $"ca: {Write("other.pem", other.Certificate.ExportCertificatePem())}")).ErrorType.ShouldBe(
            ErrorType.CertificateInvalid);
        (await JudgeAsync(kind, target, "insecureSkipVerify: true")).ErrorType.ShouldBe(Beyond[kind]);
    }

    [Fact]
    public void Files_WithoutAFolder_AreBesideTheFileThatNamesThem()
    {
        _ = Ca;
        var path = Write("agent.yaml", "checks:\n- { name: a, kind: http, url: 'https://h/', tls: { ca: ca.pem } }\n");
        var kinds = new KindIndex(CheckKinds.All);
        AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(path), kinds, _ => null)).Errors.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ServerName_IsAskedForAndVerified(string kind)
    {
        using var certificate = _root.Issue(name: "orders.example");
        await using var refused = new TlsTarget(certificate);
        (await JudgeAsync(kind, refused, $"ca: {Ca}")).ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        await using var target = new TlsTarget(certificate) { Asks = true };
        (await JudgeAsync(kind, target, $"ca: {Ca}, serverName: orders.example")).ErrorType.ShouldBe(Beyond[kind]);
        target.Names.Distinct(StringComparer.Ordinal).ShouldBe(["orders.example"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task MinVersion_ThatTheServerDoesNotSpeak_IsTls(string kind)
    {
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate) { Protocols = SslProtocols.Tls12 };
        (await JudgeAsync(kind, target, $"ca: {Ca}, minVersion: 1.2")).ErrorType.ShouldBe(Beyond[kind]);
        (await JudgeAsync(kind, target, $"ca: {Ca}, minVersion: '1.3'")).ErrorType.ShouldBe(ErrorType.Tls);
    }

    [Theory]
    [MemberData(nameof(KindsThatAsk))]
    public async Task Certificate_ThatTheServerRequires_IsShown(string kind)
    {
        using var certificate = _root.Issue();
        using var client = _root.Issue(usage: Authority.ForClients);
        var (pem, key) = (client.ExportCertificatePem(), client.GetECDsaPrivateKeyPem());
        await using var target = new TlsTarget(certificate) { Requires = true };
        (await JudgeAsync(kind, target, $"ca: {Ca}")).ErrorType.ShouldBe(ErrorType.Tls);
        (await JudgeAsync(kind, target, $"ca: {Ca}, certificate: {Write("c.pem", pem)}, key: {Write("k.pem", key)}")).ErrorType.ShouldBe(
            Beyond[kind]);
        (await JudgeAsync(kind, target, $"ca: {Ca}, certificate: {Write("both.pem", pem + "\n" + key)}")).ErrorType.ShouldBe(Beyond[kind]);
        (await JudgeAsync(kind, target, $"ca: {Ca}, certificate: {Quoted(pem)}, key: {Quoted(key)}")).ErrorType.ShouldBe(Beyond[kind]);
    }

    [Fact]
    public async Task Files_ThatAreRotated_AreReadAgainAtTheNextRun()
    {
        using var other = new Authority("Other Root");
        using var certificate = _root.Issue();
        await using var target = new TlsTarget(certificate);
        var ca = Write("rotated.pem", other.Certificate.ExportCertificatePem());
        using var check = new CheckRun.Instance(Configured.Plan("kind: http", $"url: {target.Url}", $"tls: {{ca: {ca}}}"));
        (await check.JudgeAsync()).ErrorType.ShouldBe(ErrorType.CertificateInvalid);
        Write("rotated.pem", _root.Certificate.ExportCertificatePem());
        (await check.JudgeAsync()).Result.ShouldBe(Result.Pass);
        Write("rotated.pem", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n");
        var broken = await check.JudgeAsync();
        broken.ErrorType.ShouldBe(ErrorType.Tls);
        broken.Reason.ShouldNotBeNull().ShouldContain(ca);
    }

    [Theory]
    [InlineData("ca: /no/such/file", "checks[a].tls.ca: the file '/no/such/file' ")]
    [InlineData("ca: ''", "checks[a].tls.ca: the path of a file is expected here, or PEM")]
    [InlineData("key: /no/such/file", "checks[a].tls.key: a key needs its certificate")]
    [InlineData("minVersion: '1.1'", "checks[a].tls.minVersion: '1.1' is not valid")]
    [InlineData("certificate: '-----BEGIN CERTIFICATE-----'", "checks[a].tls.certificate: not a valid certificate and key: PEM")]
    public void Tls_ThatCannotBeUsed_IsAMistake(string tls, string error)
    {
        foreach (var kind in new[] { "http, url: 'https://h'", "postgres, connectionString: Host=h", "redis, address: 'h:1'",
            "rabbitmq, connectionString: 'amqps://h'" })
        {
            Configured.Read($"checks: [{{name: a, kind: {kind}, tls: {{{tls}}}}}]").Errors.ShouldContain(
                line => line.Contains(error, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Tls_BesideAnotherSslMode_IsAMistake() =>
        Configured.Read("checks: [{name: a, kind: postgres, connectionString: 'Host=h;SSL Mode=Prefer', tls: {}}]").Errors
            .ShouldHaveSingleItem().ShouldContain("the connection string has another sslmode");

    private static Task<CheckVerdict> JudgeAsync(string kind, TlsTarget target, string tls) => CheckRun.JudgeAsync(
        $"kind: {kind}",
        kind switch
        {
            "redis" or "tls" => string.Create(CultureInfo.InvariantCulture, $"address: 127.0.0.1:{target.Port}"),
            "rabbitmq" => string.Create(CultureInfo.InvariantCulture, $"connectionString: amqps://u:hunter2@127.0.0.1:{target.Port}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"url: https://127.0.0.1:{target.Port}"),
        },
        $"tls: {{{tls}}}");

    private static string Quoted(string pem) => $"\"{pem.ReplaceLineEndings("\\n")}\"";

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
