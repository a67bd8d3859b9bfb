using System.Diagnostics;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Endpoints;

public sealed class DetailsTests
{
    private static readonly CheckKind Observing = Plans.Scripted with
    {
        Name = "observing",
        Values =
        [
            new("connect", ObservedType.Duration, "a phase") { IsPhase = true },
            new("age", ObservedType.Duration, "no phase"),
            new("value", ObservedType.Number, "a number"),
            new("text", ObservedType.Text, "a text"),
            new("primary", ObservedType.Boolean, "a truth"),
            new("until", ObservedType.Duration, "a time"),
        ],
    };

    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness),
        Plans.Check("db", group: "orders", kind: Observing),
        Plans.Check("buys", Tier.Functional, Impact.Degrading, "orders"),
    ];

    [Fact]
    public async Task Check_WithDetails_TellsAllThatIsKnown()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        var trace = new ActivityContext(
            ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"),
            ActivityTraceFlags.Recorded);
        var outcome = Plans.Outcome(
            Result.Fail, ErrorType.Expectation, "value is 81", TimeSpan.FromMilliseconds(12.3456),
            new("latency", TimeSpan.FromMilliseconds(12.3456)), new("connect", TimeSpan.FromMilliseconds(3.25)),
            new("age", TimeSpan.FromSeconds(90)),
            new("value", 81L), new("text", "a \"b\""), new("primary", true), new("until", Plans.Start), new("ratio", double.NaN));
        agent.Record("db", outcome with { TraceId = trace.TraceId, SpanId = trace.SpanId });

        var reply = await agent.GetAsync("/health/checks/db");

        (reply.Status, reply.ContentType).ShouldBe((503, "application/json"));
        HealthTests.Compact(reply.Json).ShouldBe(HealthTests.Compact(JsonElement.Parse("""
            {
              "name": "db", "kind": "observing", "tier": "dependency", "impact": "critical", "group": "orders",
              "status": "unknown", "since": "2026-03-01T12:00:00.000Z",
              "last": {
                "outcome": "fail", "errorType": "expectation", "reason": "value is 81", "startedAt": "2026-03-01T12:00:00.000Z",
                "durationMs": 12.346, "traceId": "0af7651916cd43dd8448eb211c80319c"
              },
              "phasesMs": { "connect": 3.25 },
              "observed": {
                "age": "1m30s", "value": 81, "text": "a \"b\"", "primary": true, "until": "2026-03-01T12:00:00.000Z", "ratio": "NaN"
              }
            }
            """)));
    }

    [Fact]
    public async Task Check_WithDetails_ShowsEachConditionWithWhatItSaw()
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        var outcome = Plans.Outcome(Result.Fail, ErrorType.Expectation, "value is 81");
        EvaluatedCondition[] conditions =
        [
            new("value < 80", IsExpectation: true, Applies: true, Verdict.Fails, ObservedType.Number, 81L),
            new("text == up", IsExpectation: true, Applies: false, Verdict.Holds, ObservedType.Text, "up"),
            new("age > 1m", IsExpectation: false, Applies: true, Verdict.Holds, ObservedType.Duration, TimeSpan.FromSeconds(90)),
            new("primary == false", IsExpectation: false, Applies: false, Verdict.NotObserved, ObservedType.Boolean, Seen: null),
        ];
        agent.Record("db", outcome with { Verdict = outcome.Verdict with { Conditions = [.. conditions] } });

        HealthTests.Compact((await agent.GetAsync("/health/checks/db")).Json.GetProperty("conditions")).ShouldBe(
            HealthTests.Compact(JsonElement.Parse("""
                [
                  { "expect": "value < 80", "result": "missed", "seen": "81" },
                  { "expect": "text == up", "result": "ok", "seen": "up" },
                  { "warn": "age > 1m", "result": "hit", "seen": "1m30s" },
                  { "warn": "primary == false", "result": "ok" }
                ]
                """)));
        (await agent.GetAsync("/health/checks")).Body.ShouldNotContain("conditions");
    }

    [Fact]
    public async Task Check_ThatHasNotRun_SaysSo()
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        var reply = await agent.GetAsync("/health/checks/alive");

        reply.Status.ShouldBe(503);
        HealthTests.Compact(reply.Json).ShouldBe(HealthTests.Compact(JsonElement.Parse("""
            {
              "name": "alive", "kind": "scripted", "tier": "liveness", "impact": "critical", "status": "unknown",
              "since": "2026-03-01T12:00:00.000Z"
            }
            """)));
    }

    [Theory]
    [InlineData("P", 200, "healthy")]
    [InlineData("WWW", 200, "degraded")]
    [InlineData("FFF", 503, "unhealthy")]
    public async Task Check_ByItsStatus_Answers(string outcomes, int status, string word)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("buys", outcomes);

        var reply = await agent.GetAsync("/health/checks/buys");

        reply.Status.ShouldBe(status);
        reply.Json.GetProperty("status").GetString().ShouldBe(word);
    }

    [Theory]
    [InlineData("/health/checks", "unhealthy", "alive db buys", "db buys", 503)]
    [InlineData("/health/groups/orders", "unhealthy", "db buys", "db buys", 503)]
    [InlineData("/health/tiers/liveness", "healthy", "alive", "", 200)]
    [InlineData("/health/tiers/dependency", "unhealthy", "db", "db", 503)]
    [InlineData("/health/tiers/functional", "degraded", "buys", "buys", 200)]
    public async Task RollUp_WithDetails_ListsItsChecksAndCauses(string path, string status, string members, string causes, int code)
    {
        await using var agent = await AgentServer.StartAsync(Checks);
        agent.Record("alive", "P");
        agent.Record("db", "FFF");
        agent.Record("buys", "FFF");

        var reply = await agent.GetAsync(path);

        (reply.Status, reply.ContentType).ShouldBe((code, "application/json"));
        reply.Json.GetProperty("status").GetString().ShouldBe(status);
        string.Join(' ', reply.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()))
            .ShouldBe(members);
        string.Join(' ', reply.Json.GetProperty("causes").EnumerateArray().Select(cause => cause.GetString())).ShouldBe(causes);
        reply.Json.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()).ShouldBe(members.Split(' ').Length);
    }

    [Theory]
    [InlineData("/health/checks/nobody")]
    [InlineData("/health/checks/DB")]
    [InlineData("/health/groups/nobody")]
    [InlineData("/readyz/nobody")]
    public async Task Anything_OfAnUnknownName_IsNotFound(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        (await agent.GetAsync(path)).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData("/health/tiers/nobody")]
    [InlineData("/health/tiers/Liveness")]
    [InlineData("/health/groups/")]
    [InlineData("/health/nothing")]
    [InlineData("/")]
    [InlineData("/api/v1/healthz")]
    public async Task Anything_ThatIsNoRoute_IsNotFoundByAnybody(string path)
    {
        await using var agent = await AgentServer.StartAsync(Checks);

        (await agent.GetAsync(path)).ShouldBeProblem(404);
        (await agent.GetPubliclyAsync(path)).ShouldBeProblem(404);
    }
}
