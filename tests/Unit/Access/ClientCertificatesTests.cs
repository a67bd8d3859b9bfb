using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Unit.Scheduling;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>Callers that prove who they are by a certificate.</summary>
public sealed class ClientCertificatesTests : IDisposable
{
    private const string Subject = "CN=ops,O=Shop";

    private const string Yaml = $$"""
        agent: { listen: { url: "https://127.0.0.1:0", certificate: tls.crt, key: tls.key, clientAuthority: clients.crt } }
        access:
          clientCertificates: [{ name: ops, role: operator, subject: "{{Subject}}" }]
          tokens: [{ name: grafana, role: viewer, token: viewer-0123456789abcdef }]

        """;

    private readonly Authority _authority = new("clients"), _other = new("others");

    // Certificates are made by the clock on the wall.
    private readonly LoopClock _clock = new();

    public ClientCertificatesTests() => _clock.Set(TimeProvider.System.GetUtcNow() - _clock.GetUtcNow());

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Certificate_OfTheAuthorityWithTheSubject_GivesItsRole()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();

        (await SeesAsync(agent, ops)).ShouldBe((true, true));
        (await SeesAsync(agent, null)).ShouldBe((false, false));
    }

    [Theory]
    [InlineData("CN=ops")]
    [InlineData("CN=ops,O=Shopping")]
    [InlineData("CN=ops,O=Shop,C=FR")]
    [InlineData("CN=\"ops,O=Shop\"")]
    [InlineData("CN=Ops,O=Shop")]
    public async Task Certificate_WithAnotherSubject_IsLikeNone(string subject)
    {
        await using var agent = await StartAsync();
        using var other = Issue(subject: subject);

        (await SeesAsync(agent, other)).ShouldBe((false, false));
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(other))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Certificate_OfAViewer_DoesNotActWhereAnybodyMay()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();
        (await agent.ReloadAsync(Yaml.Replace("role: operator", "role: viewer", StringComparison.Ordinal)
            .Replace("access:", "access:\n  anonymous: [actions]", StringComparison.Ordinal))).ShouldBeEmpty();

        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(null))).Status.ShouldBe(200);
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(ops))).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefused()
    {
        await using var agent = await StartAsync();
        using var forged = Issue(_other);

        await ShouldBeRefusedAsync(agent, forged, "a certificate that clientAuthority did not issue");
    }

    [Fact]
    public async Task Certificate_ThatSignedItself_IsRefused()
    {
        await using var agent = await StartAsync();
        using var forged = Certificates.SelfSigned(TimeSpan.FromDays(1));

        await ShouldBeRefusedAsync(agent, forged, "a certificate that clientAuthority did not issue");
    }

    [Fact]
    public async Task Certificate_OfTheListenersOwnAuthority_IsRefused()
    {
        using var server = new Authority("server");
        await using var agent = await StartAsync(server.Issue());
        using var forged = Issue(server);

        await ShouldBeRefusedAsync(agent, forged, "a certificate that clientAuthority did not issue");
    }

    [Fact]
    public async Task Certificate_ThatIsExpiredOrNotValidYet_IsRefused()
    {
        await using var agent = await StartAsync();
        using var old = Issue(validFor: TimeSpan.FromDays(-1));
        using var early = Issue(validFor: TimeSpan.FromDays(9), begins: TimeSpan.FromDays(1));

        await ShouldBeRefusedAsync(agent, old, "a certificate that is expired, or not valid yet");
        await ShouldBeRefusedAsync(agent, early, "a certificate that is expired, or not valid yet");
    }

    [Fact]
    public async Task Certificate_ForServers_IsRefused()
    {
        await using var agent = await StartAsync();
        using var server = Issue(usage: Authority.ForServers);

        await ShouldBeRefusedAsync(agent, server, "a certificate that is not for clients");
    }

    [Fact]
    public async Task Certificate_ThatExpiresOnAnOpenConnection_IsRefusedFromThenOn()
    {
        await using var agent = await StartAsync();
        using var ops = Issue(validFor: TimeSpan.FromHours(1));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = AccessAgent.Trusting(ops) });
        ((int)(await client.GetAsync(new Uri(agent.Urls[0], "/health"), TestContext.Current.CancellationToken)).StatusCode)
            .ShouldBeOneOf(200, 503);

        _clock.Set(TimeSpan.FromHours(2) + (TimeProvider.System.GetUtcNow() - _clock.GetUtcNow()));

        ((int)(await client.GetAsync(new Uri(agent.Urls[0], "/health"), TestContext.Current.CancellationToken)).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task Certificate_BelowAnIntermediate_IsAcceptedWhereThatIsSentAlong()
    {
        await using var agent = await StartAsync();
        using var intermediate = new Authority("intermediate", _authority);
        using var ops = Issue(intermediate);
        var tls = AccessAgent.Trusting(ops);
        await ShouldBeRefusedAsync(agent, ops, "a certificate that clientAuthority did not issue");

        tls.ClientCertificateContext = SslStreamCertificateContext.Create(ops, [intermediate.Certificate], offline: true);

        (await agent.SendAsync(HttpMethod.Get, "/health?mode=full", 0, [], tls)).Body.ShouldContain("secret-name");
    }

    [Fact]
    public async Task Certificate_ThatNamesWhereItsIssuerIs_MakesTheAgentFetchNothing()
    {
        var fetched = 0;
        await using var target = new TcpTarget((_, _) => Task.FromResult(Interlocked.Increment(ref fetched)));
        await using var agent = await StartAsync();
        using var forged = Issue(_other, fetch: $"http://127.0.0.1:{target.Port}/issuer.crt");

        await ShouldBeRefusedAsync(agent, forged, "a certificate that clientAuthority did not issue");

        fetched.ShouldBe(0);
    }

    [Fact]
    public async Task Authority_ChangedInItsFile_CountsFromTheReloadOn()
    {
        await using var agent = await StartAsync();
        using var before = Issue();
        using var after = Issue(_other);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = AccessAgent.Trusting(before) });
        (await client.GetStringAsync(new Uri(agent.Urls[0], "/health?mode=full"), TestContext.Current.CancellationToken))
            .ShouldContain("secret-name");

        agent.Folder.Write("clients.crt", _other.Certificate.ExportCertificatePem());
        (await agent.ReloadAsync()).ShouldBeEmpty();

        (await SeesAsync(agent, after)).ShouldBe((true, true));
        await ShouldBeRefusedAsync(agent, before, "a certificate that clientAuthority did not issue");
        // Connections that were open before, too.
        ((int)(await client.GetAsync(new Uri(agent.Urls[0], "/health"), TestContext.Current.CancellationToken)).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task Token_BesideACertificate_Decides()
    {
        await using var agent = await StartAsync();
        using var ops = Issue();

        var viewer = await agent.SendAsync(
            HttpMethod.Post, "/reload", 0, [AccessAgent.Bearer("viewer-0123456789abcdef")], AccessAgent.Trusting(ops));
        var wrong = await agent.SendAsync(
            HttpMethod.Get, "/livez", 0, [AccessAgent.Bearer("wrong-0123456789abcdef")], AccessAgent.Trusting(ops));

        (viewer.Status, wrong.Status).ShouldBe((403, 401));
    }

    [Fact]
    public async Task Certificate_WhereNoneIsWritten_IsPassedOver()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml[..Yaml.IndexOf("access", StringComparison.Ordinal)], _clock, Files());
        using var forged = Issue(_other);

        (await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], AccessAgent.Trusting(forged))).Status.ShouldBe(200);
    }

    private Task<AccessAgent> StartAsync(X509Certificate2? own = null) => AccessAgent.StartAsync(Yaml, _clock, Files(own));

    private (string, string)[] Files(X509Certificate2? own = null)
    {
        own ??= _other.Issue();
        return
        [
            ("tls.crt", own.ExportCertificatePem()), ("tls.key", own.GetECDsaPrivateKeyPem()),
            ("clients.crt", _authority.Certificate.ExportCertificatePem()),
        ];
    }

    private X509Certificate2 Issue(
        Authority? authority = null, string subject = Subject, string usage = Authority.ForClients, TimeSpan? validFor = null,
        TimeSpan? begins = null, string? fetch = null) =>
        (authority ?? _authority).Issue(validFor, usage: usage, begins: begins, fetch: fetch, subject: subject);

    private static async Task<(bool Details, bool Acts)> SeesAsync(AccessAgent agent, X509Certificate2? own) =>
    (
        (await agent.SendAsync(HttpMethod.Get, "/health?mode=full", 0, [], AccessAgent.Trusting(own))).Body
            .Contains("secret-name", StringComparison.Ordinal),
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(own))).Status == 200);

    private static async Task ShouldBeRefusedAsync(AccessAgent agent, X509Certificate2 own, string what)
    {
        var reply = await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], AccessAgent.Trusting(own));
        reply.ShouldBeProblem(401);
        reply.Json.GetProperty("detail").GetString().ShouldBe($"not accepted: {what}");
    }
}
