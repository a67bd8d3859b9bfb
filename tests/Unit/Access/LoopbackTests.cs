using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>What callers of a loopback listener are without credentials.</summary>
public sealed class LoopbackTests
{
    private const string Listen = "agent: { listen: [\"http://127.0.0.1:0\", \"http://0.0.0.0:0\"], hosts: [health.shop.example] }\n";

    private const string Token = "viewer-0123456789abcdef";

    [Fact]
    public async Task Loopback_WithoutTheSection_TakesItsCallersForOperators()
    {
        await using var agent = await AccessAgent.StartAsync(Listen);

        (await DetailsAsync(agent)).ShouldBeTrue();
        (await agent.PostAsync("/reload")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task OtherListeners_WithoutTheSection_TrustNobody()
    {
        await using var agent = await AccessAgent.StartAsync(Listen);

        (await agent.SendAsync(HttpMethod.Get, "/health?mode=full", 1, [])).Body.ShouldNotContain("secret-name");
        (await agent.SendAsync(HttpMethod.Post, "/reload", 1, [])).Status.ShouldBeOneOf(401, 403);
    }

    [Theory]
    [InlineData("Host", "health.shop.example")]
    [InlineData("X-Forwarded-For", "10.1.2.3")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Forwarded", "by=127.0.0.1")]
    [InlineData("Via", "1.1 nginx")]
    public async Task Loopback_ForSomebodyElse_TrustsNobody(string header, string value)
    {
        await using var agent = await AccessAgent.StartAsync(Listen);

        (await DetailsAsync(agent, (header, value))).ShouldBeFalse();
        (await agent.PostAsync("/reload", (header, value))).Status.ShouldBeOneOf(401, 403);
        (await agent.GetAsync("/livez", (header, value))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Loopback_ForAPageOfAnotherSite_DoesNotAct(string header, string value)
    {
        await using var agent = await AccessAgent.StartAsync(Listen);

        (await agent.PostAsync("/reload", (header, value))).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Loopback_WithTheSection_TrustsNobody()
    {
        await using var agent = await AccessAgent.StartAsync(
            $"{Listen}access: {{ tokens: [{{ name: a, role: viewer, token: {Token} }}] }}\n");

        (await DetailsAsync(agent)).ShouldBeFalse();
        (await DetailsAsync(agent, AccessAgent.Bearer(Token))).ShouldBeTrue();
        (await agent.PostAsync("/reload")).Status.ShouldBeOneOf(401, 403);
    }

    [Theory]
    [InlineData("viewer", false)]
    [InlineData("operator", true)]
    public async Task Loopback_WithARoleWritten_GivesIt(string role, bool acts)
    {
        await using var agent = await AccessAgent.StartAsync(
            $"{Listen}access: {{ loopback: {role}, anonymous: [], trustedProxies: [127.0.0.1] }}\n");

        (await DetailsAsync(agent)).ShouldBeTrue();
        ((await agent.PostAsync("/reload")).Status == 200).ShouldBe(acts);
        (await agent.SendAsync(HttpMethod.Get, "/livez", 1, [])).ShouldBeProblem(401);
        (await agent.GetAsync("/livez", ("Host", "health.shop.example"))).ShouldBeProblem(401);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1", true)]
    [InlineData("X-Forwarded-For", "::1", true)]
    [InlineData("X-Forwarded-For", "127.0.0.1, 10.1.2.3", false)]
    [InlineData("X-Forwarded-For", "10.1.2.3", false)]
    [InlineData("X-Forwarded-For", "nonsense", false)]
    [InlineData("X-Forwarded-For", "", false)]
    [InlineData("Forwarded", "for=127.0.0.1", true)]
    [InlineData("Forwarded", "for=unknown", false)]
    [InlineData("Forwarded", "by=127.0.0.1", false)]
    [InlineData("X-Real-IP", "127.0.0.1", false)]
    public async Task Loopback_BehindATrustedProxy_TrustsClientsOfThisMachine(string header, string value, bool trusted)
    {
        await using var agent = await AccessAgent.StartAsync($"{Listen}access: {{ loopback: operator, trustedProxies: [127.0.0.1] }}\n");

        (await DetailsAsync(agent, (header, value))).ShouldBe(trusted);
    }

    [Fact]
    public async Task Loopback_WhereThePropertyIsTakenAway_TrustsNobodyFromTheReloadOn()
    {
        await using var agent = await AccessAgent.StartAsync(Listen);
        (await DetailsAsync(agent)).ShouldBeTrue();

        (await agent.ReloadAsync($"{Listen}access: {{ anonymous: [probes, health] }}\n")).ShouldBeEmpty();

        (await DetailsAsync(agent)).ShouldBeFalse();
    }

    private static async Task<bool> DetailsAsync(AccessAgent agent, params (string Name, string Value)[] headers)
    {
        var reply = await agent.GetAsync("/health?mode=full", headers);
        reply.Status.ShouldBeOneOf(200, 503);
        return reply.Body.Contains("secret-name", StringComparison.Ordinal);
    }
}
