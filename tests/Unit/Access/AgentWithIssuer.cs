using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

/// <summary>An agent that accepts the JSON Web Tokens of an issuer.</summary>
public abstract class AgentWithIssuer : IAsyncLifetime
{
    private protected Issuer Issuer { get; private set; } = null!;

    private protected AccessAgent Agent { get; private set; } = null!;

    protected string Yaml => $$"""
        agent: { listen: "http://0.0.0.0:0" }
        access:
          jwt: { issuer: "{{Issuer.Url}}", audience: health-agent, roles: { health-viewer: viewer, health-operator: operator } }

        """;

    public async ValueTask InitializeAsync()
    {
        Issuer = await Issuer.StartAsync();
        Agent = await AccessAgent.StartAsync(Yaml);
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Issuer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected string Token(Action<SecurityTokenDescriptor>? change = null) => Issuer.Token(Agent.Clock.GetUtcNow(), change);

    private protected Task<Reply> GetAsync(string token) => Agent.GetAsync("/health?mode=full", AccessAgent.Bearer(token));

    protected async Task ShouldBeRefusedAsync(string token, string what)
    {
        var reply = await GetAsync(token);
        reply.ShouldBeProblem(401);
        reply.Json.GetProperty("detail").GetString().ShouldStartWith($"not accepted: {what}");
        var texts = Agent.Log.Records.Select(record => $"{record.Message} {record.Exception}").Append(reply.Body);
        Agent.Log.Records.ShouldNotContain(record => record.Category.Contains("Authentication", StringComparison.Ordinal));
        texts.ShouldAllBe(text => !token.Split('.').Any(part => part.Length > 4 && text.Contains(part, StringComparison.Ordinal)));
    }
}
