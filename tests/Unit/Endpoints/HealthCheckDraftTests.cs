using System.Text.Json;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary><c>application/health+json</c> held against the draft.</summary>
public sealed class HealthCheckDraftTests
{
    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db", group: "orders"),
        Plans.Check("buys", Tier.Functional, Impact.Degrading, "orders", dependsOn: "db"),
    ];

    /// <summary>Everything that answers in that form.</summary>
    public static TheoryData<string> Documents =>
        ["/health", "/health?mode=full", "/health/checks", "/health/checks/db", "/health/groups/orders", "/health/tiers/functional"];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Documents_InEveryState_FollowTheDraft(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        foreach (var outcomes in new[] { "", "P", "WWW", "FFF", "PPP", "F" })
        {
            agent.Record("alive", outcomes);
            agent.Record("db", outcomes);
            agent.Record("buys", outcomes);
            foreach (var listener in new[] { agent.Loopback, agent.Public })
            {
                var reply = await agent.SendAsync(HttpMethod.Get, listener, path, ("Accept", "application/health+json"));
                if (reply.ContentType == "application/health+json")
                {
                    HealthCheckDraft.Violations(reply.Json).ShouldBeEmpty($"{path} after '{outcomes}': {reply.Body}");
                }
            }
        }
    }

    [Theory]
    [InlineData("""{ "status": "pass" }""", 0)]
    [InlineData("""{ "status": "healthy" }""", 1)]
    [InlineData("""{ }""", 1)]
    [InlineData("""{ "status": "pass", "output": "no" }""", 1)]
    [InlineData("""{ "status": "pass", "notes": "no list" }""", 1)]
    [InlineData("""{ "status": "pass", "checks": { "db": [] } }""", 1)]
    [InlineData("""{ "status": "pass", "checks": { "a:x": [{ "componentId": "a", "componentType": "redis", "status": "pass" }] } }""", 1)]
    [InlineData("""
        { "status": "pass", "checks": {
          "a:x": [{ "componentId": "a", "status": "pass", "componentType": "component", "observedUnit": "ms" }] } }
        """, 1)]
    public void Violations_OfADocument_AreFound(string document, int least) =>
        Math.Min(1, HealthCheckDraft.Violations(JsonElement.Parse(document)).Count).ShouldBe(least);

    [Fact]
    public async Task Notes_ToCallersWithoutDetails_SayWhy()
    {
        await using var application = await Library.Application.StartAsync(
            services => services.AddHealthAgent(_ => { }),
            routes => routes.MapHealthAgent(options => options.WhyNoDetails = () => "send a token"));

        var json = JsonElement.Parse((await application.GetAsync("/health")).Body);

        json.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldBe(["send a token"]);
        (await application.GetAsync("/health/checks")).Body.ShouldContain("\"detail\": \"send a token\"");
    }
}
