using System.Text.Json;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

public sealed class HealthTests
{
    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db", group: "orders"),
        Plans.Check("cache", impact: Impact.Degrading),
        Plans.Check("buys", Tier.Functional, Impact.Critical, "orders"),
    ];

    [Theory]
    [InlineData("/health", "P", "P", "P", "P", 200, "pass")]
    [InlineData("/health", "P", "P", "P", "", 200, "pass")]
    [InlineData("/health", "P", "P", "P", "FFF", 200, "pass")]
    [InlineData("/health?mode=light", "P", "P", "P", "FFF", 200, "pass")]
    [InlineData("/health?mode=full", "P", "P", "P", "FFF", 503, "fail")]
    [InlineData("/health?mode=full", "P", "P", "P", "", 503, "fail")]
    [InlineData("/health?mode=full", "P", "P", "P", "WWW", 200, "warn")]
    [InlineData("/health", "P", "P", "FFF", "P", 200, "warn")]
    [InlineData("/health", "P", "P", "", "P", 200, "warn")]
    [InlineData("/health", "P", "WWW", "P", "P", 200, "warn")]
    [InlineData("/health", "P", "FFF", "P", "P", 503, "fail")]
    [InlineData("/health", "", "P", "P", "P", 503, "fail")]
    [InlineData("/health?mode=", "P", "P", "P", "FFF", 200, "pass")]
    [InlineData("/health?other=1", "P", "P", "P", "FFF", 200, "pass")]
    public async Task Health_ByMode_IsTheWorstOfItsTiers(
        string path, string alive, string db, string cache, string buys, int status, string word)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", alive);
        agent.Record("db", db);
        agent.Record("cache", cache);
        agent.Record("buys", buys);

        var reply = await agent.GetAsync(path);

        (reply.Status, reply.ContentType).ShouldBe((status, "application/health+json"));
        reply.Json.GetProperty("status").GetString().ShouldBe(word);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("FULL")]
    [InlineData("light&mode=full")]
    [InlineData("full&mode=full")]
    [InlineData("full%00")]
    [InlineData("%22%3E%3Cscript%3E")]
    public async Task Health_AModeThatIsNone_IsABadRequest(string mode)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var reply = await agent.GetAsync($"/health?mode={mode}");

        reply.ShouldBeProblem(400);
        reply.Json.GetProperty("detail").GetString()!.ShouldContain("light or full");
    }

    [Fact]
    public async Task Health_Body_HasTheFieldsOfTheContract()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Clock.Advance(TimeSpan.FromSeconds(90));
        agent.Record("alive", "P");
        agent.Record("db", "FFF");

        var json = (await agent.GetAsync("/health?mode=full")).Json;

        json.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["status", "version", "releaseId", "serviceId", "description", "output", "uptime", "timestamp", "mode", "counts", "agent",
                "links", "checks"]);
        json.GetProperty("version").GetString()!.ShouldMatch(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$");
        json.GetProperty("releaseId").GetString()!.ShouldStartWith(json.GetProperty("version").GetString()!);
        json.GetProperty("serviceId").GetString().ShouldBe("health-agent");
        json.GetProperty("description").GetString().ShouldBe("3 of 4 checks not healthy");
        json.GetProperty("uptime").GetInt64().ShouldBe(90);
        json.GetProperty("timestamp").GetString().ShouldBe("2026-03-01T12:01:30.000Z");
        json.GetProperty("output").GetString().ShouldBe("db: the reason of a fail; cache: no verdict yet; buys: no verdict yet");
        Compact(json.GetProperty("counts")).ShouldBe("""{"healthy":1,"degraded":0,"unhealthy":1,"unknown":2}""");
    }

    [Fact]
    public async Task Health_ToCallersWithoutDetails_HasNeitherNamesNorReasonsNorFigures()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", "FFF");

        foreach (var path in new[] { "/health", "/health?mode=light", "/health?mode=full" })
        {
            var reply = await agent.GetPubliclyAsync(path);
            reply.Status.ShouldBe(503, path);
            reply.Json.EnumerateObject().Select(property => property.Name).ShouldBe(
                ["status", "version", "releaseId", "serviceId", "description", "notes", "uptime", "timestamp", "mode", "counts"], path);
        }

        Compact((await agent.GetPubliclyAsync("/health/tiers/dependency")).Json).ShouldBe("""{"status":"unhealthy"}""");
        (await agent.GetAsync("/health")).Body.ShouldContain(
            "the reason of a fail", customMessage: "details are not lost for those who may see them");
    }

    [Fact]
    public async Task Health_OnTheTwoListenersByTurns_IsNeverMixedUp()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        for (var i = 0; i < 3; i++)
        {
            (await agent.GetAsync("/health")).Json.TryGetProperty("checks", out _).ShouldBeTrue();
            (await agent.GetPubliclyAsync("/health")).Json.TryGetProperty("checks", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Health_TextsThatNeedEscaping_AreValidJson()
    {
        var reason = "it's \"quoted\" \\ <b>bold</b> \t\u0001 naïve 🚑 \ud800 </script>";
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", Plans.Outcome(Result.Fail, ErrorType.Internal, reason));

        var checks = (await agent.GetAsync("/health")).Json.GetProperty("checks");
        var output = checks.GetProperty("db:responseTime")[0].GetProperty("output").GetString()!;

        output.ShouldBe("no verdict yet: " + reason.Replace('\ud800', '\ufffd'));
    }

    [Theory]
    [InlineData("P", 200, "healthy")]
    [InlineData("WWW", 200, "healthy")]
    [InlineData("FFF", 503, "unhealthy")]
    [InlineData("", 503, "unhealthy")]
    public async Task DaguShape_OfTheLightMode_IsHealthyOnlyWhenItIs(string db, int status, string word)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Clock.Advance(TimeSpan.FromSeconds(12.9));
        agent.Record("alive", "P");
        agent.Record("buys", "FFF");
        agent.Record("db", db);
        agent.Record("alive", "P");

        var reply = await agent.GetAsync("/api/v1/health");

        (reply.Status, reply.ContentType).ShouldBe((status, "application/json"));
        reply.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["status", "version", "uptime", "timestamp"]);
        reply.Json.GetProperty("status").GetString().ShouldBe(word);
        reply.Json.GetProperty("uptime").GetInt64().ShouldBe(12);
        reply.Json.GetProperty("timestamp").GetString().ShouldBe("2026-03-01T12:00:12Z");
    }

    internal static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
