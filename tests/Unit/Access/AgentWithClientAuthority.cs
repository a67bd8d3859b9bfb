using System.Security.Cryptography.X509Certificates;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>An agent that accepts certificates of clients of an authority.</summary>
public abstract class AgentWithClientAuthority : IDisposable
{
    protected const string Subject = "CN=ops,O=Shop";

    protected const string Yaml = $$"""
        agent: { listen: { url: "https://127.0.0.1:0", certificate: tls.crt, key: tls.key, clientAuthority: clients.crt } }
        access:
          clientCertificates: [{ name: ops, role: operator, subject: "{{Subject}}" }]
          tokens: [{ name: grafana, role: viewer, token: viewer-0123456789abcdef }]

        """;

    /// <summary>Issues certificates of clients.</summary>
    private protected Authority Authority { get; } = new("clients");

    /// <summary>Issues certificates that are not accepted.</summary>
    private protected Authority Other { get; } = new("others");

    // Certificates are made by the clock on the wall.
    private protected LoopClock Clock { get; } = new();

    protected AgentWithClientAuthority() => Clock.Set(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow());

    public void Dispose()
    {
        Authority.Dispose();
        Other.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<AccessAgent> StartAsync(X509Certificate2? own = null) => AccessAgent.StartAsync(Yaml, Clock, Files(own));

    private protected (string, string)[] Files(X509Certificate2? own = null)
    {
        own ??= Other.Issue();
        return
        [
            ("tls.crt", own.ExportCertificatePem()), ("tls.key", own.GetECDsaPrivateKeyPem()),
            ("clients.crt", Authority.Certificate.ExportCertificatePem()),
        ];
    }

    private protected X509Certificate2 Issue(
        Authority? authority = null, string subject = Subject, string usage = Authority.ForClients, TimeSpan? validFor = null,
        TimeSpan? begins = null, string? fetch = null) =>
        (authority ?? Authority).Issue(validFor, usage: usage, begins: begins, fetch: fetch, subject: subject);

    private protected static async Task<(bool Details, bool Acts)> SeesAsync(AccessAgent agent, X509Certificate2? own) =>
    (
        (await agent.SendAsync(HttpMethod.Get, "/health?mode=full", 0, [], AccessAgent.Trusting(own))).Body
            .Contains("secret-name", StringComparison.Ordinal),
        (await agent.SendAsync(HttpMethod.Post, "/reload", 0, [], AccessAgent.Trusting(own))).Status == 200);

    private protected static async Task ShouldBeRefusedAsync(AccessAgent agent, X509Certificate2 own, string what)
    {
        var reply = await agent.SendAsync(HttpMethod.Get, "/livez", 0, [], AccessAgent.Trusting(own));
        reply.ShouldBeProblem(401);
        reply.Json.GetProperty("detail").GetString().ShouldBe($"not accepted: {what}");
    }
}
