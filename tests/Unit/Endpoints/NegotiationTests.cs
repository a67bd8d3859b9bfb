using HealthAgent.Endpoints;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Which form a caller gets.</summary>
public sealed class NegotiationTests
{
    private const string Health = "application/health+json";
    private const string Json = "application/json";
    private const string Text = "text/plain; charset=utf-8";

    private static readonly CheckPlan[] Checks = [Plans.Check("db", group: "orders"), Plans.Check("a-cache", impact: Impact.Degrading)];

    /// <summary>Every route with forms to choose among.</summary>
    public static TheoryData<string> Negotiated =>
        ["/health", "/health?mode=full", "/health/checks", "/health/checks/db", "/health/groups/orders", "/health/tiers/dependency"];

    [Theory]
    [InlineData("", "h", "j")]
    [InlineData("*/*", "h", "j")]
    [InlineData("application/*", "h", "j")]
    [InlineData("application/json", "j", "j")]
    [InlineData("APPLICATION/JSON", "j", "j")]
    [InlineData("application/health+json", "h", "h")]
    [InlineData("application/*+json", "h", "h")]
    [InlineData("text/plain", "t", "t")]
    [InlineData("text/*", "t", "t")]
    [InlineData("text/plain; charset=utf-8", "t", "t")]
    [InlineData("text/plain, application/json;q=0.9", "t", "t")]
    [InlineData("text/plain;q=0.5, application/json;q=0.9", "j", "j")]
    [InlineData("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "h", "j")]
    [InlineData("application/json;q=0, */*", "h", "h")]
    [InlineData("application/health+json;q=0, application/*;q=0.5, text/plain;q=0.4", "j", "j")]
    [InlineData("*/*;q=0.1, text/plain;q=0.2", "t", "t")]
    [InlineData("*/*;q=0", "-", "-")]
    [InlineData("text/plain;q=0", "-", "-")]
    [InlineData("text/html", "-", "-")]
    [InlineData("image/*", "-", "-")]
    [InlineData("application/xml, text/html", "-", "-")]
    [InlineData("not a media type", "h", "j")]
    [InlineData(",,,", "h", "j")]
    public void Form_ByWhatIsAccepted_IsTheOnePreferred(string accept, string health, string details)
    {
        (Forms.Choose(accept, Forms.OfHealth)?.Letter() ?? '-').ShouldBe(health[0]);
        (Forms.Choose(accept, Forms.OfDetails)?.Letter() ?? '-').ShouldBe(details[0]);
    }

    [Theory]
    [MemberData(nameof(Negotiated))]
    public async Task Answers_InEachForm_AreOfItsTypeAndVary(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");
        agent.Record("a-cache", "P");
        foreach (var (accept, type) in new[] { (Health, Health), (Json, Json), ("text/plain", Text) })
        {
            var reply = await agent.GetAsync(path, ("Accept", accept));

            (reply.Status, reply.ContentType, reply.Headers["Vary"]).ShouldBe((200, type, "Accept"), path);
            var known = await agent.GetAsync(path, ("Accept", accept), ("If-None-Match", reply.ETag!));
            (known.Status, known.Body, known.ETag, known.Headers["Vary"]).ShouldBe((304, "", reply.ETag, "Accept"), path);
        }
    }

    [Theory]
    [MemberData(nameof(Negotiated))]
    public async Task Answers_InNoFormAccepted_AreNotAcceptable(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var reply = await agent.GetAsync(path, ("Accept", "text/html"));

        reply.ShouldBeProblem(406);
        reply.Headers["Vary"].ShouldBe("Accept");
        reply.Json.GetProperty("detail").GetString()!.ShouldContain("application/health+json");
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/api/v1/health")]
    public async Task Answers_OfOneFormOnly_AreSentWhateverIsAccepted(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "P");
        agent.Record("a-cache", "P");

        (await agent.GetAsync(path, ("Accept", "image/png"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Tags_OfFormsAndRoles_AreAllDifferent()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        List<string> tags = [];
        foreach (var accept in new[] { Health, Json, "text/plain" })
        {
            tags.Add((await agent.GetAsync("/health", ("Accept", accept))).ETag!);
            tags.Add((await agent.SendAsync(HttpMethod.Get, agent.Public, "/health", ("Accept", accept))).ETag!);
        }

        tags.Distinct(StringComparer.Ordinal).Count().ShouldBe(6);
    }

    [Theory]
    [InlineData("/health", """
        unhealthy: 1 of 2 checks not healthy

        STATUS     CHECK    KIND      FOR   TOOK  REASON
        unhealthy  db       scripted  1m5s  5ms   the reason of a fail
        healthy    a-cache  scripted  1m5s  5ms
        """)]
    [InlineData("/health/groups/orders", """
        unhealthy: 1 of 1 checks not healthy

        STATUS     CHECK  KIND      FOR   TOOK  REASON
        unhealthy  db     scripted  1m5s  5ms   the reason of a fail
        """)]
    [InlineData("/health/checks/db", """
        check     db
        status    unhealthy for 1m5s
        reason    the reason of a fail
        kind      scripted
        tier      dependency, impact critical, group orders
        last run  fail (timeout) in 5ms, at 2026-03-01T12:00:00Z
        runbook   docs/runbooks/error-types.md#timeout
        """)]
    public async Task Text_OfWhatIsAsked_IsAlignedLines(string path, string expected)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        agent.Record("a-cache", "P");
        agent.Clock.Advance(TimeSpan.FromSeconds(65));
        agent.Store.Refresh(0, 1);

        (await agent.GetAsync(path, ("Accept", "text/plain"))).Body.ShouldBe(expected.ReplaceLineEndings("\n") + "\n");
    }

    [Theory]
    [InlineData("/health", "unhealthy: 1 of 2 checks not healthy\n"
        + "names and reasons are shown on loopback listeners only; to show them here, write access.tokens to agent.yaml\n")]
    [InlineData("/health/tiers/dependency", "unhealthy\n")]
    public async Task Text_ToCallersWithoutDetails_IsTheStatus(string path, string expected)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");
        agent.Record("a-cache", "P");

        (await agent.SendAsync(HttpMethod.Get, agent.Public, path, ("Accept", "text/plain"))).Body.ShouldBe(expected);
    }
}
