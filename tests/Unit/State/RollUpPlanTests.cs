using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class RollUpPlanTests
{
    // One check of every tier and impact, each in one of two groups or in none.
    private static readonly CheckPlan[] Checks =
    [
        Plans.Check("alive", Tier.Liveness, Impact.Critical, "orders"),
        Plans.Check("alive-degrading", Tier.Liveness, Impact.Degrading),
        Plans.Check("alive-shown", Tier.Liveness, Impact.None),
        Plans.Check("db", Tier.Dependency, Impact.Critical, "payments"),
        Plans.Check("db-degrading", Tier.Dependency, Impact.Degrading, "orders"),
        Plans.Check("db-shown", Tier.Dependency, Impact.None),
        Plans.Check("buys", Tier.Functional, Impact.Critical, "payments"),
        Plans.Check("buys-degrading", Tier.Functional, Impact.Degrading, "orders"),
        Plans.Check("buys-shown", Tier.Functional, Impact.None),
    ];

    [Theory]
    [InlineData("readyz", "alive db")]
    [InlineData("startupz", "alive db")]
    [InlineData("light", "alive alive-degrading alive-shown db db-degrading db-shown")]
    [InlineData("full", "alive alive-degrading alive-shown db db-degrading db-shown buys buys-degrading buys-shown")]
    [InlineData("tier/liveness", "alive alive-degrading alive-shown")]
    [InlineData("tier/dependency", "db db-degrading db-shown")]
    [InlineData("tier/functional", "buys buys-degrading buys-shown")]
    [InlineData("group/orders", "alive db-degrading buys-degrading")]
    [InlineData("group/payments", "db buys")]
    public void Evaluate_EachRollUp_HasItsMembers(string rollUp, string members) =>
        string.Join(' ', RollUpOf(Checks, rollUp).Members.Select(member => Checks[member].Name)).ShouldBe(members);

    [Fact]
    public void Evaluate_AllRollUps_AreThoseOfTheContractAndEachGroupOnce() =>
        new RollUpPlan(Checks).Evaluate(StatesOf(Checks, CheckStatus.Healthy)).Select(rollUp => rollUp.Name).ShouldBe(
            ["readyz", "startupz", "light", "full", "tier/liveness", "tier/dependency", "tier/functional", "group/orders",
                "group/payments"]);

    [Fact]
    public void Evaluate_WithoutChecks_IsHealthyEverywhere() =>
        new RollUpPlan([]).Evaluate([]).ShouldAllBe(rollUp => rollUp.Status == CheckStatus.Healthy && rollUp.Members.IsEmpty);

    [Theory]
    [InlineData("readyz", 'U')]
    [InlineData("startupz", 'H')]
    [InlineData("light", 'U')]
    public void Evaluate_EverythingUnhealthy_FailsReadinessButNotStartup(string rollUp, char status) =>
        RollUpOf(Checks, rollUp, CheckStatus.Unhealthy).Status.Letter().ShouldBe(status);

    [Fact]
    public void Evaluate_NothingKnown_IsUnknownForReadinessAndStartup()
    {
        RollUpOf(Checks, RollUpPlan.Ready, CheckStatus.Unknown).Status.ShouldBe(CheckStatus.Unknown);
        RollUpOf(Checks, RollUpPlan.Startup, CheckStatus.Unknown).Status.ShouldBe(CheckStatus.Unknown);
    }

    [Fact]
    public void Evaluate_DegradingChecksDown_LeaveReadinessAloneAndDegradeTheLightMode()
    {
        var states = Checks.Select(plan => plan.InStatus(plan.Impact == Impact.Critical ? CheckStatus.Healthy : CheckStatus.Unhealthy));
        var rollUps = new RollUpPlan(Checks).Evaluate([.. states])
            .ToDictionary(rollUp => rollUp.Name, rollUp => rollUp.Status, StringComparer.Ordinal);

        rollUps["readyz"].ShouldBe(CheckStatus.Healthy);
        rollUps["light"].ShouldBe(CheckStatus.Degraded);
        rollUps["full"].ShouldBe(CheckStatus.Degraded);
    }

    private static RollUp RollUpOf(CheckPlan[] checks, string name, CheckStatus status = CheckStatus.Healthy) =>
        new RollUpPlan(checks).Evaluate(StatesOf(checks, status)).Single(rollUp => rollUp.Name == name);

    private static CheckStates StatesOf(CheckPlan[] checks, CheckStatus status) =>
        [.. checks.Select(plan => plan.InStatus(status))];
}
