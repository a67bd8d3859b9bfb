using System.Security.Cryptography.X509Certificates;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>Listeners with what they serve, and secured ones.</summary>
public sealed class ListenersTests
{
    private const string Secured = """
        agent: { listen: [{ url: "https://127.0.0.1:0", certificate: tls.crt, key: tls.key }, "http://127.0.0.1:0"] }

        """;

    [Theory]
    [InlineData("probes", "/livez /readyz /startupz /readyz/secret-name")]
    [InlineData("health", "/health /api/v1/health /health/checks /health/checks/secret-name /health/tiers/liveness")]
    [InlineData("metrics", "/metrics")]
    [InlineData("probes, metrics", "/livez /readyz /startupz /readyz/secret-name /metrics")]
    [InlineData("page", "")]
    [InlineData("actions", "/reload")]
    public async Task Listener_ServesWhatIsWritten_AndNothingElse(string serve, string served)
    {
        await using var agent =
            await AccessAgent.StartAsync($"agent: {{ listen: [{{ url: \"http://127.0.0.1:0\", serve: [{serve}] }}] }}\n");
        foreach (var path in new[]
        {
            "/livez", "/readyz", "/startupz", "/readyz/secret-name", "/health", "/api/v1/health", "/health/checks",
            "/health/checks/secret-name", "/health/tiers/liveness", "/metrics", "/reload",
        })
        {
            var reply = path == "/reload" ? await agent.PostAsync(path) : await agent.GetAsync(path);
            (reply.Status != 404).ShouldBe(served.Split(' ').Contains(path), path);
            if (reply.Status == 404)
            {
                reply.ShouldBeProblem(404);
                reply.Body.ShouldNotContain("secret");
            }
        }
    }

    [Fact]
    public async Task Listeners_OfOneAgent_ServeEachItsOwn()
    {
        await using var agent = await AccessAgent.StartAsync(
            "agent: { listen: [{ url: \"http://0.0.0.0:0\", serve: probes }, "
            + "{ url: \"http://127.0.0.1:0\", serve: [health, metrics] }] }\n");

        (await agent.SendAsync(HttpMethod.Get, "/livez", 0, [])).Status.ShouldBe(200);
        (await agent.SendAsync(HttpMethod.Get, "/metrics", 0, [])).Status.ShouldBe(404);
        (await agent.SendAsync(HttpMethod.Get, "/livez", 1, [])).Status.ShouldBe(404);
        (await agent.SendAsync(HttpMethod.Get, "/metrics", 1, [])).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Listener_WithACertificate_SpeaksBothVersions(string version)
    {
        using var authority = new Authority("one");
        await using var agent = await AccessAgent.StartAsync(Secured, Files(authority.Issue()));

        var reply = await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], version: Version.Parse(version));

        (reply.Status, reply.Body).ShouldBe((200, "ok"));
        (await agent.SendAsync(HttpMethod.Get, "/livez", 1, [])).Body.ShouldBe("ok");
    }

    [Fact]
    public async Task Certificate_ChangedInItsFile_IsUsedFromTheNextHandshakeOn()
    {
        using var authority = new Authority("one");
        var (first, second) = (authority.Issue(), authority.Issue());
        await using var agent = await AccessAgent.StartAsync(Secured, Files(first));
        (await ShownAsync(agent)).ShouldBe(first.Thumbprint);

        Write(agent, second);
        (await agent.ReloadAsync()).ShouldBeEmpty();

        (await ShownAsync(agent)).ShouldBe(second.Thumbprint);
        agent.Log.Records.Single(record => record.Id.Name == "health_agent.config_reloaded").Message
            .ShouldEndWith("; also agent.listen certificates");
    }

    [Fact]
    public async Task Certificate_ThatIsBroken_LeavesTheOneBefore()
    {
        using var authority = new Authority("one");
        var (first, second) = (authority.Issue(), authority.Issue());
        await using var agent = await AccessAgent.StartAsync(Secured, Files(first));

        // As halfway through a rotation: the new certificate with the old key.
        agent.Folder.Write("tls.crt", second.ExportCertificatePem());
        (await agent.ReloadAsync()).ShouldHaveSingleItem().ShouldEndWith(
            "agent.listen[0].certificate: 'tls.crt' and 'tls.key' are not a certificate in PEM and its unencrypted private key");

        (await ShownAsync(agent)).ShouldBe(first.Thumbprint);
        agent.Log.Records.ShouldContain(record => record.Id.Name == "health_agent.config_rejected");
        agent.Folder.Write("tls.key", second.GetECDsaPrivateKeyPem());
        (await agent.ReloadAsync()).ShouldBeEmpty();
        (await ShownAsync(agent)).ShouldBe(second.Thumbprint);
    }

    [Fact]
    public async Task Certificate_ReplacedOnDisk_IsNoticed()
    {
        using var authority = new Authority("one");
        var (first, second) = (authority.Issue(), authority.Issue());
        await using var agent = await AccessAgent.StartAsync(Secured, Files(first));

        Write(agent, second);

        await Eventually.Is(
            () =>
            {
                agent.Clock.Advance(TimeSpan.FromMilliseconds(250));
                return agent.Log.Records.Any(record => record.Id.Name == "health_agent.config_reloaded");
            },
            "the certificate is taken");
        (await ShownAsync(agent)).ShouldBe(second.Thumbprint);
    }

    [Fact]
    public async Task Listener_WrittenOtherwise_NeedsARestart()
    {
        using var authority = new Authority("one");
        await using var agent = await AccessAgent.StartAsync(Secured, Files(authority.Issue()));

        await agent.ReloadAsync("agent: { listen: { url: \"http://127.0.0.1:0\", serve: probes } }\n");

        agent.Log.Records.Single(record => record.Id.Name == "health_agent.config_reloaded").Message
            .ShouldEndWith("; agent.listen require a restart");
        (await agent.SendAsync(HttpMethod.Get, "/health", 0, [])).Status.ShouldBeOneOf(200, 503);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1",
        "agent.listen: https needs a certificate; write { url: \"https://*:9443\", certificate: FILE, key: FILE }")]
    [InlineData("{ url: \"https://127.0.0.1:1\" }",
        "agent.listen[0].url: https needs a certificate; write { url: \"https://*:9443\", certificate: FILE, key: FILE }")]
    [InlineData("{ url: \"http://127.0.0.1:1\", key: x, clientAuthority: y }",
        "agent.listen[0].key: 'key' needs https; write https: instead of http: in 'url'",
        "agent.listen[0].clientAuthority: 'clientAuthority' needs https; write https: instead of http: in 'url'")]
    [InlineData("{ serve: probes }", "agent.listen[0].url: 'url' is required")]
    [InlineData("{ url: \"http://127.0.0.1:1\", serve: [probe] }", "agent.listen[0].serve: 'probe' is not valid (did you mean 'probes'?)")]
    [InlineData("{ url: \"ftp://127.0.0.1:1\" }", "agent.listen[0].url: 'ftp://127.0.0.1:1' is not an address to listen on; "
        + "write http://IP:PORT, such as http://127.0.0.1:9464, or http://*:9464 for all addresses")]
    [InlineData("{ url: \"http://127.0.0.1:1\", port: 3 }",
        "agent.listen[0].port: unknown key (valid: certificate, clientAuthority, key, serve, url)")]
    [InlineData("{ url: \"https://127.0.0.1:1\", certificate: /none/tls.crt }",
        "agent.listen[0].certificate: the file '/none/tls.crt' does not exist")]
    [InlineData("{ url: \"https://127.0.0.1:1\", certificate: \"-----BEGIN CERTIFICATE-----\" }",
        "agent.listen[0].certificate: the path of a file is expected here, such as /etc/tls/tls.crt")]
    public void Listener_WithAMistake_IsAnError(string written, params string[] errors) =>
        Configured.Read($"agent: {{ listen: [{written}] }}\nchecks: []").Errors
            .Select(error => error[error.IndexOf("agent.listen", StringComparison.Ordinal)..]).ShouldBe(errors);

    [Fact]
    public void Listeners_OfTheContract_AreRead()
    {
        var listen = Configured.Read("""
            agent:
              listen:
                - http://127.0.0.1:9464
                - { url: "http://*:9465", serve: [probes] }
            checks: []
            """).Options!.Listen;

        listen.Select(listener => (listener.Url.ToString(), listener.Serve))
            .ShouldBe([("http://127.0.0.1:9464/", Surface.All), ("http://[::]:9465/", Surface.Probes)]);
    }

    private static (string, string)[] Files(X509Certificate2 certificate) =>
        [("tls.crt", certificate.ExportCertificatePem()), ("tls.key", certificate.GetECDsaPrivateKeyPem())];

    private static void Write(AccessAgent agent, X509Certificate2 certificate)
    {
        foreach (var (name, text) in Files(certificate))
        {
            agent.Folder.Replace(name, text);
        }
    }

    private static async Task<string> ShownAsync(AccessAgent agent)
    {
        var shown = "";
        await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], AccessAgent.Trusting(null, certificate => shown = certificate.Thumbprint));
        return shown;
    }
}
