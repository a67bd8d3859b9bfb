using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>
/// Which <c>Host</c> is served: a page of another site that reaches the agent by DNS rebinding comes by that site's name, and its
/// <c>Origin</c> is of the same site then. All of it as bytes, since clients tidy such requests up.
/// </summary>
public sealed class HostTests
{
    /// <summary>All that could be asked, there or not.</summary>
    public static TheoryData<string> Everything =>
        ["GET /livez", "GET /health", "GET /health/checks/db", "GET /metrics", "GET /nothing", "POST /reload", "PUT /livez", "OPTIONS *",
            "HEAD /livez"];

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:9464")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost.")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]:9464")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[::ffff:127.0.0.1]:9464")]
    public async Task Loopback_ByItsOwnNames_IsServed(string host)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check());

        (await agent.SendRawAsync($"GET /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:9464")]
    [InlineData("localhost.evil.example")]
    [InlineData("evil.localhost")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhostevil")]
    [InlineData("192.0.2.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[::ffff:192.0.2.1]")]
    [InlineData("")]
    public async Task Loopback_ByAnotherName_IsMisdirected(string host)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("secret-name"));

        var reply = await agent.SendRawAsync($"GET /health HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\n\r\n");

        reply.ShouldStartWith("HTTP/1.1 421 ");
        reply.ShouldContain("Content-Type: application/problem+json");
        reply.ShouldContain("Cache-Control: no-store");
        reply.ShouldContain(host.Length == 0 ? "the request has no Host" : "add the name to agent.hosts in agent.yaml");
        reply.ShouldNotContain("secret-name");
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Loopback_ByAnotherName_AnswersNothingOfAnyRoute(string request)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check());

        var reply = await agent.SendRawAsync(
            $"{request} HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        reply.ShouldStartWith("HTTP/1.1 421 ");
    }

    [Theory]
    [InlineData("GET /health HTTP/1.0\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: [::]:9464\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.0\r\nHost: evil.example\r\n\r\n")]
    [InlineData("GET http://evil.example/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://localhost@evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost@evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: evil.example#localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost, evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    public async Task Loopback_ByATrick_AnswersNothing(string request)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("secret-name"));

        var reply = await agent.SendRawAsync(request);

        reply.ShouldNotContain("HTTP/1.1 200");
        reply.ShouldNotContain("secret-name");
    }

    [Fact]
    public async Task OtherListeners_ByAnyName_AreServed()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        foreach (var request in new[] { "GET /livez HTTP/1.1\r\nHost: 10.1.2.3:9464", "GET /livez HTTP/1.1\r\nHost: agent.svc",
            "GET /livez HTTP/1.0" })
        {
            (await agent.SendRawAsync($"{request}\r\nConnection: close\r\n\r\n", agent.Public)).ShouldStartWith("HTTP/1.1 200 ");
        }
    }

    [Theory]
    [InlineData("health.shop.example", 200)]
    [InlineData("a.shop.test:9464", 200)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:9464", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("shop.test", 421)]
    public async Task Hosts_Written_AreServedBesideLoopbackOnEveryListener(string host, int status)
    {
        await using var agent =
            await AgentServer.StartAsync(Plans.Agent(Plans.Check()) with { Hosts = ["health.shop.example", "*.shop.test"] });

        foreach (var listener in new[] { agent.Loopback, agent.Public })
        {
            (await agent.SendRawAsync($"GET /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", listener))
                .ShouldStartWith($"HTTP/1.1 {status} ");
        }
    }
}
