using System.Net.Security;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>Which certificates of clients are accepted: by whom they were issued, for what, and for how long.</summary>
public sealed class ClientCertificateChainTests : AgentWithClientAuthority
{
    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefused()
    {
        await using var agent = await StartAsync();
        using var forged = Issue(Other);

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

        Clock.Set(TimeSpan.FromHours(2) + (TimeProvider.System.GetUtcNow() - Clock.GetUtcNow()));

        ((int)(await client.GetAsync(new Uri(agent.Urls[0], "/health"), TestContext.Current.CancellationToken)).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task Certificate_BelowAnIntermediate_IsAcceptedWhereThatIsSentAlong()
    {
        await using var agent = await StartAsync();
        using var intermediate = new Authority("intermediate", Authority);
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
        using var forged = Issue(Other, fetch: $"http://127.0.0.1:{target.Port}/issuer.crt");

        await ShouldBeRefusedAsync(agent, forged, "a certificate that clientAuthority did not issue");

        fetched.ShouldBe(0);
    }

    [Fact]
    public async Task Authority_ChangedInItsFile_CountsFromTheReloadOn()
    {
        await using var agent = await StartAsync();
        using var before = Issue();
        using var after = Issue(Other);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = AccessAgent.Trusting(before) });
        (await client.GetStringAsync(new Uri(agent.Urls[0], "/health?mode=full"), TestContext.Current.CancellationToken))
            .ShouldContain("secret-name");

        agent.Folder.Write("clients.crt", Other.Certificate.ExportCertificatePem());
        (await agent.ReloadAsync()).ShouldBeEmpty();

        (await SeesAsync(agent, after)).ShouldBe((true, true));
        await ShouldBeRefusedAsync(agent, before, "a certificate that clientAuthority did not issue");
        // Connections that were open before, too.
        ((int)(await client.GetAsync(new Uri(agent.Urls[0], "/health"), TestContext.Current.CancellationToken)).StatusCode).ShouldBe(401);
    }
}
