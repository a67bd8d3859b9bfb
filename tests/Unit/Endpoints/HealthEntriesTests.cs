using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

/// <summary><c>checks</c> of <c>application/health+json</c>.</summary>
public sealed class HealthEntriesTests
{
    private static readonly CheckKind Database = Plans.Scripted with
    {
        Name = "database",
        ComponentType = "datastore",
        Values =
        [
            new("connect", ObservedType.Duration, "a phase") { IsPhase = true },
            new("age", ObservedType.Duration, "no phase"),
            new("used", ObservedType.Percent, "a share"),
            new("size", ObservedType.Size, "bytes"),
            new("rows", ObservedType.Number, "a number"),
            new("role", ObservedType.Text, "a text"),
            new("primary", ObservedType.Boolean, "a truth"),
            new("until", ObservedType.Time, "a time"),
        ],
    };

    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db", group: "orders", kind: Database),
        Plans.Check("buys", Tier.Functional, Impact.Degrading, "orders"),
    ];

    [Fact]
    public async Task Entry_OfAFailingCheck_SaysWhatIsWrongAndWhatThatAffects()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", "P");
        agent.Clock.Advance(TimeSpan.FromSeconds(10));
        agent.Record("db", "FF");
        agent.Record("db", Plans.Outcome(Result.Fail, ErrorType.ConnectionRefused, "connection refused", TimeSpan.FromMilliseconds(1.5)));

        var checks = await ChecksAsync(agent, "/health");

        checks.EnumerateObject().Select(property => property.Name).ShouldBe(["alive:responseTime", "db:responseTime"]);
        HealthTests.Compact(checks.GetProperty("db:responseTime")).ShouldBe(HealthTests.Compact(JsonElement.Parse("""
            [{
              "componentId": "db", "componentType": "datastore", "status": "fail", "kind": "database", "tier": "dependency",
              "impact": "critical", "group": "orders", "state": "unhealthy", "since": "2026-03-01T12:00:10.000Z",
              "observedValue": 1.5, "observedUnit": "ms", "time": "2026-03-01T12:00:00.001Z", "output": "connection refused",
              "affectedEndpoints":
                ["/readyz", "/health", "/health?mode=full", "/health/tiers/dependency", "/health/groups/orders"],
              "links": { "self": "/health/checks/db", "help": "docs/runbooks/error-types.md#connection_refused" }
            }]
            """)));
        HealthTests.Compact(checks.GetProperty("alive:responseTime")).ShouldBe(HealthTests.Compact(JsonElement.Parse("""
            [{
              "componentId": "alive", "componentType": "component", "status": "pass", "kind": "scripted", "tier": "liveness",
              "impact": "critical", "state": "healthy", "since": "2026-03-01T12:00:00.000Z", "observedValue": 5,
              "observedUnit": "ms", "time": "2026-03-01T12:00:00.005Z", "links": { "self": "/health/checks/alive" }
            }]
            """)));
    }

    [Fact]
    public async Task Entry_OfACheckWithoutARun_ObservesNothing()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var entry = (await ChecksAsync(agent, "/health?mode=full")).GetProperty("buys:responseTime")[0];

        entry.TryGetProperty("observedValue", out _).ShouldBeFalse();
        entry.TryGetProperty("time", out _).ShouldBeFalse();
        entry.GetProperty("output").GetString().ShouldBe("no verdict yet");
        HealthTests.Compact(entry.GetProperty("affectedEndpoints"))
            .ShouldBe("""["/health?mode=full","/health/tiers/functional","/health/groups/orders"]""");
    }

    [Theory]
    [InlineData("connect", "12.5", "ms")]
    [InlineData("age", "90.5", "s")]
    [InlineData("used", "80.25", "percent")]
    [InlineData("size", "1024", "By")]
    [InlineData("rows", "81", null)]
    [InlineData("role", "\"standby\"", null)]
    [InlineData("primary", "false", null)]
    [InlineData("until", "\"2026-03-01T12:00:00.000Z\"", null)]
    [InlineData("a%3Ab", "1", null)]
    public async Task Entry_OfAnObservation_HasItsValueInTheUnitOfItsMeaning(string name, string value, string? unit)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", Observing(
            ("connect", TimeSpan.FromMilliseconds(12.5)), ("age", TimeSpan.FromSeconds(90.5)), ("used", 80.25), ("size", 1024L),
            ("rows", 81), ("role", "standby"), ("primary", false), ("until", Plans.Start), ("a:b", 1)));

        var entry = (await ChecksAsync(agent, "/health")).GetProperty($"db:{name}")[0];

        HealthTests.Compact(entry.GetProperty("observedValue")).ShouldBe(value);
        (entry.TryGetProperty("observedUnit", out var given) ? given.GetString() : null).ShouldBe(unit);
        string.Join(' ', new[] { "componentId", "componentType", "status" }.Select(member => entry.GetProperty(member).GetString()))
            .ShouldBe("db datastore pass");
        entry.GetProperty("time").GetString().ShouldBe("2026-03-01T12:00:00.005Z");
    }

    [Fact]
    public async Task Entry_OfAnObservationNamedLikeTheFirst_StandsBesideIt()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("db", Observing(("responseTime", 7)));

        var entries = (await ChecksAsync(agent, "/health")).GetProperty("db:responseTime").EnumerateArray().ToList();

        entries.Select(entry => entry.GetProperty("observedValue").GetInt32()).ShouldBe([5, 7]);
    }

    [Theory]
    [InlineData("/health/groups/orders", "db:responseTime buys:responseTime")]
    [InlineData("/health/tiers/functional", "buys:responseTime")]
    [InlineData("/health/checks", "alive:responseTime db:responseTime buys:responseTime")]
    [InlineData("/health/checks/db", "db:responseTime")]
    public async Task HealthJson_OfAPart_HasItsChecks(string path, string keys)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        string.Join(' ', (await ChecksAsync(agent, path)).EnumerateObject().Select(property => property.Name)).ShouldBe(keys);
    }

    private static RunRecord Observing(params (string Name, object Value)[] values)
    {
        var outcome = Plans.Outcome(Result.Pass);
        return outcome with
        {
            Verdict = outcome.Verdict with
            {
                Observations = [.. values.Select(pair => new Observation(Database.FindValue(pair.Name), pair.Name, pair.Value))],
            },
        };
    }

    private static async Task<JsonElement> ChecksAsync(AgentServer agent, string path)
    {
        var reply = await agent.GetAsync(path, ("Accept", "application/health+json"));
        reply.ContentType.ShouldBe("application/health+json");
        return reply.Json.GetProperty("checks");
    }
}
