using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Registered;

public sealed class RegisteredChecksTests
{
    [Theory]
    [InlineData("", "dependency", null)]
    [InlineData("liveness", "liveness", null)]
    [InlineData("Functional", "functional", null)]
    [InlineData("live", "liveness", null)]
    [InlineData("ready", "dependency", null)]
    [InlineData("ready live", "liveness", null)]
    [InlineData("live functional", "functional", null)]
    [InlineData("orders", "dependency", "orders")]
    [InlineData("orders functional payments", "functional", "orders")]
    [InlineData("数据 Orders_DB", "dependency", "orders_db")]
    [InlineData("数据", "dependency", null)]
    public void Tags_OfARegistration_SayTierAndGroup(string tags, string tier, string? group)
    {
        var plan = Plan(Registration(tags: tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        plan.Tier.Name().ShouldBe(tier);
        plan.Group.ShouldBe(group);
        plan.Registration.Tags.ShouldBe(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
        Attribute(plan, "health_check.tier").ShouldBe(tier);
        Attribute(plan, "health_check.group").ShouldBe(group);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, "dependency", Impact.Critical)]
    [InlineData(HealthStatus.Unhealthy, "functional", Impact.Degrading)]
    [InlineData(HealthStatus.Degraded, "dependency", Impact.Degrading)]
    [InlineData(HealthStatus.Healthy, "dependency", Impact.None)]
    public void FailureStatus_OfARegistration_IsItsImpact(HealthStatus failure, string tier, Impact impact)
    {
        var plan = Plan(Registration(failure: failure, tags: tier));
        plan.Impact.ShouldBe(impact);
        plan.Registration.FailureStatus.ShouldBe(failure);
    }

    [Theory]
    [InlineData(null, null, "15s", "5s")]
    [InlineData(60d, null, "1m", "5s")]
    [InlineData(60d, 10d, "1m", "10s")]
    [InlineData(3d, null, "3s", "3s")]
    [InlineData(null, 20d, "20s", "20s")]
    [InlineData(10d, 20d, "20s", "20s")]
    [InlineData(null, -0.001, "15s", "5s")]
    [InlineData(1e9, 1e9, "30d", "5s")]
    public void Timing_OfARegistration_IsItsOwnThenTheDefaults(double? period, double? timeout, string interval, string deadline)
    {
        var plan = Plan(Registration(
            period: period is { } p ? TimeSpan.FromSeconds(p) : null, timeout: timeout is { } t ? TimeSpan.FromSeconds(t) : null));
        Units.Format(plan.Interval).ShouldBe(interval);
        Units.Format(plan.Timeout).ShouldBe(deadline);
    }

    [Fact]
    public void Timing_NotRegistered_IsThatOfTheConfiguration()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path,
            "defaults: {interval: 30s, timeout: 4s, retries: 1, retryInterval: 3s, failureThreshold: 5, successThreshold: 2}\nchecks: []");
        var kinds = new KindIndex(CheckKinds.All);
        var loaded = AgentPlan.Load(
            kinds, _ => null, new FileSource(new ConfigurationFile(path), kinds, _ => null),
            new RegisteredSource(new ApplicationChecks([Registration()]), kinds));
        File.Delete(path);

        var plan = loaded.Plan.ShouldNotBeNull().Checks.ShouldHaveSingleItem();

        (plan.Interval, plan.Timeout, plan.Retries, plan.RetryInterval, plan.FailureThreshold, plan.SuccessThreshold)
            .ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(4), 1, TimeSpan.FromSeconds(3), 5, 2));
    }

    [Theory]
    [InlineData("orders-db", "orders-db")]
    [InlineData("SQL Server", "sql-server")]
    [InlineData("masstransit-bus", "masstransit-bus")]
    [InlineData("OrdersContext", "orderscontext")]
    [InlineData(" (Redis) / cache ", "redis-cache")]
    [InlineData("_a.b_c", "a.b_c")]
    public void Name_OfARegistration_IsMadeOneThatRoutesAndQueriesTake(string registered, string name)
    {
        var plan = Plan(Registration(registered));
        plan.Name.ShouldBe(name);
        plan.Registered!.Name.ShouldBe(registered);
        Attribute(plan, "health_check.name").ShouldBe(name);
        Attribute(plan, "health_check.kind").ShouldBe("dotnet");
    }

    [Fact]
    public void Names_ThatMeetOrAreNone_AreAllTold()
    {
        var code = new RegisteredSource(
            new ApplicationChecks(
                [Registration("SQL Server"), Registration("sql-server"), Registration("DB"), Registration("数据"), Registration("ok")]),
            new KindIndex([]));
        Merged.Errors(Plans.Agent(Plans.Check("db")), code).ShouldBe(
            [
                "registered in code: the check '数据': has no name to go by; "
                    + "use up to 128 small letters, digits and . _ - after a first letter or digit",
                "registered in code: the check 'sql-server': the name 'sql-server' is taken by the check 'SQL Server', "
                    + "registered in code; names are unique",
                "registered in code: the check 'DB': the name 'db' is taken by a check of a test; names are unique",
            ]);
    }

    [Fact]
    public void Kind_OfRegisteredChecks_CannotBeWritten() =>
        Configured.Read("checks: [{name: a, kind: dotnet}]").Errors.ShouldHaveSingleItem().ShouldContain("there is no kind 'dotnet'");

    private static CheckPlan Plan(HealthCheckRegistration registration) =>
        Merged.Of(Plans.Agent(), new RegisteredSource(new ApplicationChecks([registration]), new KindIndex(CheckKinds.All)))
            .Checks.ShouldHaveSingleItem();

    private static HealthCheckRegistration Registration(
        string name = "subject", HealthStatus failure = HealthStatus.Unhealthy, TimeSpan? period = null, TimeSpan? timeout = null,
        params string[] tags) =>
        new(name, _ => throw new NotSupportedException("this check is never run"), failure, tags, timeout) { Period = period };

    private static object? Attribute(CheckPlan plan, string name) =>
        plan.Attributes.SingleOrDefault(attribute => attribute.Key == name).Value;
}
