using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>What callers without credentials may see and do.</summary>
public sealed class AnonymousTests
{
    private const string Viewer = "viewer-0123456789abcdef";

    private const string Yaml = $$"""
        agent: { listen: ["http://*:0"] }
        access:
          tokens: [{ name: grafana, role: viewer, token: {{Viewer}} }]

        """;

    [Theory]
    [InlineData("[]", "/livez", 401, 200)]
    [InlineData("[]", "/readyz", 401, 200)]
    [InlineData("[]", "/health", 401, 200)]
    [InlineData("[]", "/api/v1/health", 401, 200)]
    [InlineData("[]", "/metrics", 401, 200)]
    [InlineData("[probes]", "/livez", 200, 200)]
    [InlineData("[probes]", "/health", 401, 200)]
    [InlineData("[probes]", "/health/tiers/dependency", 401, 200)]
    [InlineData("[probes]", "/metrics", 401, 200)]
    [InlineData("[metrics]", "/livez", 401, 200)]
    [InlineData("[metrics]", "/metrics", 200, 200)]
    [InlineData("[health]", "/health", 200, 200)]
    public async Task Surface_ClosedToAnonymous_NeedsAViewer(string anonymous, string path, int open, int viewer)
    {
        await using var agent = await AccessAgent.StartAsync(
            Yaml.Replace("access:", $"access:\n  anonymous: {anonymous}", StringComparison.Ordinal));

        AccessAgent.StatusOf(await agent.GetAsync(path)).ShouldBe(open);
        AccessAgent.StatusOf(await agent.GetAsync(path, AccessAgent.Bearer(Viewer))).ShouldBe(viewer);
        if (open == 401)
        {
            var reply = await agent.GetAsync(path);
            reply.ShouldBeProblem(401);
            reply.Headers["WWW-Authenticate"].ShouldBe("Bearer realm=\"health-agent\"");
        }
    }

    [Fact]
    public async Task Details_OpenToAnonymous_ShowsThemWhatIsOpen()
    {
        await using var agent = await AccessAgent.StartAsync(
            Yaml.Replace("access:", "access:\n  anonymous: [probes, health, details]", StringComparison.Ordinal));

        (await agent.GetAsync("/health?mode=full")).Body.ShouldContain("secret-name");
        (await agent.PostAsync("/reload")).Status.ShouldNotBe(200);
        (await agent.GetAsync("/metrics")).ShouldBeProblem(401);
    }

    [Fact]
    public async Task Actions_OpenToAnonymous_AreNotForPagesOfOtherSites()
    {
        await using var agent = await AccessAgent.StartAsync(
            Yaml.Replace("access:", "access:\n  anonymous: [actions]", StringComparison.Ordinal));

        (await agent.PostAsync("/reload")).Status.ShouldBe(200);
        (await agent.PostAsync("/reload", ("Sec-Fetch-Site", "cross-site"))).Status.ShouldBe(401);
        (await agent.PostAsync("/reload", ("Origin", "http://evil.example"))).Status.ShouldBe(401);
        (await agent.PostAsync("/reload", AccessAgent.Bearer(Viewer))).Status.ShouldBe(403);
    }
}
