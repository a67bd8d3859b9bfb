using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>The list of addresses that are served, behind trusted proxies and without.</summary>
public sealed class AllowFromTests
{
    private const string Listen = "agent: { listen: \"http://0.0.0.0:0\" }\n";

    public static TheoryData<string> Routes => ["/livez", "/readyz", "/health", "/metrics", "/reload", "/nothing"];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Address_NotServed_IsForbiddenOnAllRoutes(string path)
    {
        await using var agent = await AccessAgent.StartAsync($"{Listen}access: {{ allowFrom: [10.0.0.0/8] }}\n");

        var reply = await agent.GetAsync(path, ("X-Forwarded-For", "10.1.2.3"), ("Forwarded", "for=10.1.2.3"), ("X-Real-IP", "10.1.2.3"));

        reply.ShouldBeProblem(403);
        reply.Json.GetProperty("detail").GetString()
            .ShouldBe("callers from 127.0.0.1 are not served; add the address to access.allowFrom in agent.yaml");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    public async Task Address_Served_GetsAnswers(string listen)
    {
        // On a listener for both families, a caller of IPv4 has an address within IPv6.
        await using var agent = await AccessAgent.StartAsync(
            $"agent: {{ listen: \"{listen}\" }}\naccess: {{ allowFrom: [127.0.0.0/8] }}\n");

        (await agent.GetAsync("/livez")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.1.2.3", 200)]
    [InlineData("X-Forwarded-For", "10.1.2.3:4711", 200)]
    [InlineData("X-Forwarded-For", "192.0.2.1", 403)]
    [InlineData("X-Forwarded-For", "10.1.2.3, 192.0.2.1", 403)]
    [InlineData("X-Forwarded-For", "192.0.2.1, 10.1.2.3", 200)]
    [InlineData("X-Forwarded-For", "192.0.2.1, 10.1.2.3, 127.0.0.7", 200)]
    [InlineData("X-Forwarded-For", "fd00::7", 200)]
    [InlineData("X-Forwarded-For", "[fd00::7]:4711", 200)]
    [InlineData("X-Forwarded-For", "::ffff:10.1.2.3", 200)]
    [InlineData("X-Forwarded-For", "fd01::7", 403)]
    [InlineData("X-Forwarded-For", "nonsense", 403)]
    [InlineData("X-Forwarded-For", "10.1.2.3, nonsense", 403)]
    [InlineData("X-Forwarded-For", "", 403)]
    [InlineData("X-Forwarded-For", "10.1.2.3,", 403)]
    [InlineData("Forwarded", "for=10.1.2.3", 200)]
    [InlineData("Forwarded", "For=\"[fd00::7]:4711\";proto=https;by=127.0.0.1", 200)]
    [InlineData("Forwarded", "for=10.1.2.3, for=192.0.2.1", 403)]
    [InlineData("Forwarded", "for=192.0.2.1, for=10.1.2.3;host=x", 200)]
    [InlineData("Forwarded", "for=unknown", 403)]
    [InlineData("Forwarded", "for=10.1.2.3, for=_hidden", 403)]
    [InlineData("Forwarded", "for=\"10.1.2.3, for=10.1.2.3", 403)]
    public async Task Address_BehindATrustedProxy_IsTheClients(string header, string value, int status)
    {
        await using var agent = await AccessAgent.StartAsync(
            $"{Listen}access: {{ allowFrom: [10.0.0.0/8, \"fd00::/32\"], trustedProxies: [127.0.0.0/8] }}\n");

        (await agent.GetAsync("/livez", (header, value))).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("10.1.2.3", "for=10.1.2.3", 200)]
    [InlineData("10.1.2.3", "for=192.0.2.1", 403)]
    [InlineData("192.0.2.1", "for=10.1.2.3", 403)]
    [InlineData("10.1.2.3", "for=10.1.2.4", 403)]
    public async Task Address_InBothHeaders_IsKnownOnlyWhereTheyAgree(string written, string standard, int status)
    {
        await using var agent = await AccessAgent.StartAsync(
            $"{Listen}access: {{ allowFrom: [10.0.0.0/8], trustedProxies: [127.0.0.1] }}\n");

        (await agent.GetAsync("/livez", ("X-Forwarded-For", written), ("Forwarded", standard))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Proxy_WithoutAHeader_IsTheClientItself()
    {
        await using var agent = await AccessAgent.StartAsync(
            $"{Listen}access: {{ allowFrom: [10.0.0.0/8], trustedProxies: [127.0.0.1] }}\n");

        (await agent.GetAsync("/livez")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task List_Changed_HoldsFromTheReloadOn()
    {
        await using var agent = await AccessAgent.StartAsync($"{Listen}access: {{ allowFrom: [127.0.0.1] }}\n");
        (await agent.GetAsync("/livez")).Status.ShouldBe(200);

        (await agent.ReloadAsync($"{Listen}access: {{ allowFrom: [127.0.0.2] }}\n")).ShouldBeEmpty();

        (await agent.GetAsync("/livez")).ShouldBeProblem(403);
    }
}
