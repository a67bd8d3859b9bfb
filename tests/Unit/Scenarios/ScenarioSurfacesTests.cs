using System.Text.Json;
using HealthAgent.Agent.Telemetry.Metrics;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Planning;
using HealthAgent.Reference;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Json.Schema;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What answers, spans, metrics and the schema have of a scenario.</summary>
public sealed class ScenarioSurfacesTests
{
    private const string Steps = """
        "steps": [
          {
            "name": "login", "kind": "http", "outcome": "fail", "errorType": "dns", "reason": "no such host", "durationMs": 2, "tries": 3,
            "phasesMs": { "connect": 1 }, "observed": { "status": 503 }
          },
          {
            "name": "undo", "kind": "http", "outcome": "skipped", "reason": "there is nothing to clean up", "durationMs": 0, "tries": 0,
            "cleanup": true, "phasesMs": {}, "observed": {}
          }
        ]
        """;

    private static readonly StepRecord[] Records =
    [
        new("login", "http", StepOutcome.Fail, ErrorType.Dns, "no such host", TimeSpan.FromMilliseconds(2), IsCleanup: false, Tries: 3,
            [
                new(HttpCheck.Kind.FindValue("connect"), "connect", TimeSpan.FromMilliseconds(1)),
                new(HttpCheck.Kind.FindValue("status"), "status", 503),
            ], []),
        StepRecord.Skipped("undo", "http", isCleanup: true, "there is nothing to clean up"),
    ];

    [Theory]
    [InlineData("/health/checks/shop", "steps")]
    [InlineData("/health?mode=full", "checks.shop:responseTime.0.steps")]
    public async Task Answers_WithDetails_HaveTheSteps(string path, string place)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("shop", Tier.Functional));
        var outcome = Plans.Outcome(Result.Fail);
        agent.Record("shop", outcome with { Verdict = outcome.Verdict with { Steps = [.. Records] } });

        var json = (await agent.GetAsync(path)).Json;
        foreach (var part in place.Split('.'))
        {
            json = part == "0" ? json[0] : json.GetProperty(part);
        }

        JsonElement.DeepEquals(json, JsonElement.Parse($"{{{Steps}}}").GetProperty("steps")).ShouldBeTrue(json.ToString());
        (await agent.GetPubliclyAsync(path)).Body.ShouldNotContain("login");
    }

    [Fact]
    public void Limits_OfSeries_KnowTheSteps()
    {
        StepOutline[] steps = [new("a", HttpCheck.Kind), new("b", HttpCheck.Kind)];
        var (without, with) = (LimitsOf(Plans.Check()), LimitsOf(Plans.Check() with { Steps = steps }));

        (with.Of("health_check.step.duration") - without.Of("health_check.step.duration")).ShouldBe(2);
        (with.Of("health_check.step.error") - without.Of("health_check.step.error")).ShouldBeGreaterThanOrEqualTo(2);
        (with.Of("health_check.phase.duration") - without.Of("health_check.phase.duration")).ShouldBe(2 * HttpCheck.Kind.MostPhases);
        with.Of("health_check.value").ShouldBe(without.Of("health_check.value"));
    }

    [Theory]
    [InlineData("{ name: a, kind: http, url: 'http://h/', expect: [status == 200], capture: { id: json $ }, retry: { for: 5s } }", true)]
    [InlineData("{ name: a, kind: http, url: 'http://h/', capture: { id: { from: json $.id, show: true } } }", true)]
    [InlineData("{ name: a, kind: http }", false)]
    [InlineData("{ name: a, kind: http, url: 'http://h/', interval: 5s }", false)]
    [InlineData("{ name: a, kind: http, url: 'http://h/', address: 'h:1' }", false)]
    [InlineData("{ name: a, kind: http, url: 'http://h/', retry: { every: 5s } }", false)]
    [InlineData("{ name: a, kind: http, url: 'http://h/', capture: { id: { show: true } } }", false)]
    [InlineData("{ name: a, kind: scenario, steps: [] }", false)]
    public void Schema_OfAStep_IsThatOfItsKind(string step, bool valid)
    {
        var schema = JsonSchema.FromText(
            ConfigurationSchema.Of(new KindIndex(CheckKinds.All)), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        var yaml = YamlJson.Of($"checks:\n- name: shop\n  kind: scenario\n  steps:\n  - {step}\n").ShouldNotBeNull();

        schema.Evaluate(yaml).IsValid.ShouldBe(valid);
    }

    private static CardinalityLimits LimitsOf(CheckPlan check) => CardinalityLimits.For(Plans.Agent(check));
}
