using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>The settings of Dagu's functional tier.</summary>
public sealed class DaguFunctionalSettingsTests
{
    [Theory]
    [InlineData("", Tier.Dependency)]
    [InlineData("tier: liveness", Tier.Liveness)]
    [InlineData("schedules: watch", Tier.Functional)]
    [InlineData("schedules: [nightly, weekly]", Tier.Functional)]
    [InlineData("canary: { dag: canary, by: start, within: 4s }", Tier.Functional)]
    [InlineData("canary: canary, timeout: 61s, interval: 2m", Tier.Functional)]
    [InlineData("canary: { dag: canary, by: [enqueue] }, timeout: 31s, interval: 1m", Tier.Functional)]
    public void Tier_OfACheck_FollowsFromItsSettings(string written, Tier tier) =>
        Read(written).Plans.ShouldHaveSingleItem().Tier.ShouldBe(tier);

    [Theory]
    [InlineData("tier: functional",
        "agent.yaml:2:35: checks[dagu].tier: at tier functional, write what is to be seen working: "
        + "canary: NAME of a DAG, schedules: watch, or both")]
    [InlineData("tier: dependency, schedules: watch",
        "agent.yaml:2:58: checks[dagu].schedules: at tier dependency no workflow is looked at; write tier: functional, or no tier")]
    [InlineData("canary: c",
        "agent.yaml:2:37: checks[dagu].canary: within (30s) for each of 2 runs together must be shorter than the timeout (5s); "
        + "write timeout: 1m5s and an interval of at least that, or a shorter within")]
    [InlineData("canary: { dag: c, by: start, within: 5s }",
        "agent.yaml:2:37: checks[dagu].canary: within (5s) must be shorter than the timeout (5s); "
        + "write timeout: 10s and an interval of at least that, or a shorter within")]
    [InlineData("canary: { within: 1s }", "agent.yaml:2:37: checks[dagu].canary.dag: 'dag' is required")]
    [InlineData("canary: { dag: c, within: 1s, by: [start, enque] }",
        "agent.yaml:2:71: checks[dagu].canary.by: 'enque' is not valid (did you mean 'enqueue'?)")]
    [InlineData("canary: { dag: c, every: 1s }, timeout: 2m, interval: 3m",
        "agent.yaml:2:47: checks[dagu].canary.every: unknown key (valid: by, dag, within)")]
    public void Mistake_IsSaidWithItsPlace(string written, string error) => Read(written).Errors.ShouldHaveSingleItem().ShouldBe(error);

    private static Configured Read(string written) =>
        Configured.Read($"checks:\n- {{ name: dagu, kind: dagu, {written}{(written.Length > 0 ? "," : "")} url: \"http://dagu:8080\" }}\n");
}
