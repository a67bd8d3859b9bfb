using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void Plan_OfABareCheck_HasTheBuiltInDefaults()
    {
        var plan = Configured.Plan("kind: tcp", "address: 127.0.0.1:1");
        plan.Name.ShouldBe("subject");
        plan.Kind.Name.ShouldBe("tcp");
        plan.Tier.ShouldBe(Tier.Dependency);
        plan.Impact.ShouldBe(Impact.Critical);
        plan.Group.ShouldBeNull();
        plan.Interval.ShouldBe(TimeSpan.FromSeconds(15));
        plan.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        plan.Retries.ShouldBe(0);
        plan.RetryInterval.ShouldBe(TimeSpan.FromSeconds(2));
        plan.FailureThreshold.ShouldBe(3);
        plan.SuccessThreshold.ShouldBe(1);
        plan.Registration.Tags.ShouldBe(["dependency"]);
        plan.Conditions.Expect.ShouldBeEmpty();
        plan.Conditions.Warn.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_OfACheckWithItsOwn_PrefersItsOwnToDefaultsToBuiltIn()
    {
        var (_, plans, errors) = Configured.Read("""
            defaults: {interval: 30s, timeout: 4s, retries: 1, retryInterval: 3s, failureThreshold: 5, successThreshold: 2}
            checks:
              - {name: a, kind: tcp, address: "h:1", interval: 20s, timeout: 2s, retries: 7, retryInterval: 1s, failureThreshold: 1,
                 successThreshold: 9}
              - {name: b, kind: tcp, address: "h:1"}
            """);
        errors.ShouldBeEmpty();
        plans.Select(plan =>
            $"{plan.Name} {Units.Format(plan.Interval)} {Units.Format(plan.Timeout)} {plan.Retries} {Units.Format(plan.RetryInterval)} "
                + $"{plan.FailureThreshold} {plan.SuccessThreshold}")
            .ShouldBe(["a 20s 2s 7 1s 1 9", "b 30s 4s 1 3s 5 2"]);
    }

    [Theory]
    [InlineData("interval: 1s", "1s", "1s", "1s")]
    [InlineData("interval: 3s", "3s", "3s", "2s")]
    [InlineData("interval: 1m", "1m", "5s", "2s")]
    [InlineData("retryInterval: 1m", "15s", "5s", "15s")]
    [InlineData("timeout: 15s", "15s", "15s", "2s")]
    [InlineData("timeout: 20s", "20s", "20s", "2s")]
    public void Timing_WhatIsNotWritten_IsFittedToWhatIs(string written, string interval, string timeout, string retryInterval)
    {
        var plan = Configured.Plan("kind: tcp", "address: 127.0.0.1:1", written);
        Units.Format(plan.Interval).ShouldBe(interval);
        Units.Format(plan.Timeout).ShouldBe(timeout);
        Units.Format(plan.RetryInterval).ShouldBe(retryInterval);
    }

    [Fact]
    public void Timeout_LongerThanTheInterval_IsRefusedWhereItIsWritten() =>
        Configured.Read("checks: [{name: a, kind: tcp, address: 'h:1', interval: 2s, timeout: 2001ms}]").Errors.ShouldBe(
            ["agent.yaml:1:70: checks[a].timeout: the timeout (2s) must not exceed the interval (2s)"]);

    [Fact]
    public void Timeout_LongerThanTheDefaultInterval_LengthensIt() =>
        Units.Format(Configured.Read("defaults: {interval: 2s}\nchecks: [{name: a, kind: tcp, address: 'h:1', timeout: 20s}]")
            .Plans[0].Interval).ShouldBe("20s");

    [Theory]
    [InlineData("liveness", Impact.Critical)]
    [InlineData("dependency", Impact.Critical)]
    [InlineData("functional", Impact.Degrading)]
    public void Impact_NotWritten_FollowsFromTheTier(string tier, Impact impact)
    {
        var plan = Configured.Plan("kind: tcp", "address: 127.0.0.1:1", $"tier: {tier}");
        plan.Tier.Name().ShouldBe(tier);
        plan.Impact.ShouldBe(impact);
    }

    [Theory]
    [InlineData("", "", Tier.Dependency)]
    [InlineData("roundTrip: false", "", Tier.Dependency)]
    [InlineData("roundTrip: true", "", Tier.Functional)]
    [InlineData("roundTrip: {}", "", Tier.Functional)]
    [InlineData("roundTrip: { prefix: 'a:' }", "", Tier.Functional)]
    [InlineData("roundTrip: true", "tier: dependency", Tier.Dependency)]
    public void Tier_NotWritten_FollowsFromTheSettings(string roundTrip, string tier, Tier expected)
    {
        string[] lines = ["kind: redis", "address: 127.0.0.1:1", roundTrip, tier];
        var plan = Configured.Plan([.. lines.Where(line => line.Length > 0)]);
        plan.Tier.ShouldBe(expected);
        plan.Impact.ShouldBe(expected == Tier.Functional ? Impact.Degrading : Impact.Critical);
        plan.Registration.Tags.ShouldBe([expected.Name()]);
    }

    [Fact]
    public void Tier_BySettingsThatAreWrong_NotesEachErrorOnce() =>
        Configured.Read("checks: [{name: a, kind: redis, address: 'h:1', roundTrip: maybe}]").Errors.ShouldBe(
            ["agent.yaml:1:60: checks[a].roundTrip: 'maybe' is neither true nor false"]);

    [Fact]
    public void Plan_OfALabelledCheck_CarriesItAllAsAttributes()
    {
        var plan = Configured.Plan(
            "kind: tcp", "address: 127.0.0.1:1", "tier: functional", "impact: none", "group: orders", "labels: {team: payments, a.b_2: x}");
        plan.Impact.ShouldBe(Impact.None);
        plan.Group.ShouldBe("orders");
        plan.Registration.Tags.ShouldBe(["functional", "orders"], ignoreOrder: true);
        plan.Attributes.Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(
            [
                "team=payments", "a.b_2=x", "health_check.name=subject", "health_check.kind=tcp", "health_check.tier=functional",
                "health_check.group=orders",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Attributes_OfACheck_AreSorted() =>
        Configured.Plan(
            "kind: tcp", "address: 127.0.0.1:1", "group: g", "labels: {zone: eu, B: x, a: y}").Attributes.Select(attribute => attribute.Key)
            .ShouldBe(["B", "a", "health_check.group", "health_check.kind", "health_check.name", "health_check.tier", "zone"]);

    [Theory]
    [InlineData("health_check.name: lie", "'health_check.name' is the agent's own")]
    [InlineData("health_check_state: lie", "'health_check_state' is the agent's own")]
    [InlineData("error.type: lie", "'error.type' is the agent's own")]
    [InlineData("le: lie", "'le' is the agent's own")]
    [InlineData("a.b: 1, a_b: 2", "'a_b' and 'a.b' are the same label to Prometheus")]
    public void Label_ThatWouldBeTwiceInAMetric_IsRejected(string labels, string error) =>
        Configured.Read($"checks: [{{name: a, kind: self, labels: {{{labels}}}}}]").Errors.ShouldHaveSingleItem().ShouldContain(error);

    [Theory]
    [InlineData("99.9%", "50%", 0.999)]
    [InlineData(null, "50%", 0.5)]
    [InlineData(null, null, null)]
    public void Objective_OfACheck_IsItsOwnOrTheDefault(string? own, string? standard, double? objective) =>
        Configured.Read($$"""
            defaults: { {{(standard is null ? "" : "objective: " + standard)}} }
            checks: [{ name: a, kind: self{{(own is null ? "" : ", objective: " + own)}} }]
            """).Plans.ShouldHaveSingleItem().Objective.ShouldBe(objective);

    [Theory]
    [InlineData("100%")]
    [InlineData("0%")]
    [InlineData("0.999")]
    [InlineData("-1%")]
    [InlineData("all")]
    public void Objective_ThatIsNoShare_IsRejected(string objective) =>
        Configured.Read($"checks: [{{name: a, kind: self, objective: {objective}}}]").Errors.ShouldHaveSingleItem()
            .ShouldContain($"'{objective}' is not a share above 0% and below 100%");

    [Theory]
    [InlineData("expect: latency < 1s", "status in 200..299|latency < 1s")]
    [InlineData("expect: [status == 404, latency < 1s]", "status == 404|latency < 1s")]
    [InlineData("warn: status == 404", "status in 200..299")]
    [InlineData("expect: []", "status in 200..299")]
    public void Expectations_OfTheKind_HoldUnlessSomeAreWrittenOnTheSameValue(string written, string expected) =>
        string.Join('|', Configured.Plan("kind: http", "url: http://h/", written).Conditions.Expect.Select(condition => condition.Text))
            .ShouldBe(expected);

    [Fact]
    public void Kinds_InTheIndex_AreNamedOnceAndCanReadTheirOwnDefaults()
    {
        CheckKinds.All.Select(kind => kind.Name).ShouldBeUnique(StringComparer.Ordinal);
        foreach (var kind in CheckKinds.All)
        {
            kind.Values.ShouldContain(CheckKind.Latency);
            kind.Values.Select(value => value.Name).ShouldBeUnique(StringComparer.Ordinal);
            foreach (var text in kind.DefaultExpect.Concat(kind.DefaultWarn))
            {
                ConditionParser.Parse(text, kind.Values, out var error).ShouldNotBeNull($"{kind.Name}: {text}: {error}");
            }
        }
    }
}
