using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Planning;

/// <summary>What several sources have, as one.</summary>
public sealed class PlanMergeTests
{
    private static readonly KindIndex Kinds = new(CheckKinds.All);

    private readonly ListSource _cluster = new();

    [Fact]
    public void References_ToWhatAnotherSourceHas_AreTaken()
    {
        var file = Merged.File("""
            checks: [{ name: api, kind: tcp, address: 'h:1', dependsOn: [orders-db, pod] }]
            maintenance: [{ name: nightly, checks: orders-db, groups: [sql, pods], cron: "0 2 * * *", duration: 1h }]
            """);
        _cluster.Set(ListSource.Check("pod", "pods", dependsOn: "orders-db"));

        var plan = Whole(file, Code("Orders DB", "sql"), _cluster.Part());

        string.Join("; ", plan.Checks.Select(check => $"{check.Name}: {string.Join(' ', check.DependsOn)}"))
            .ShouldBe("api: orders-db pod; orders-db: ; pod: orders-db");
        plan.Maintenance.ShouldHaveSingleItem().Covers(plan.Checks[1]).ShouldBeTrue();
        plan.Source.ShouldBe("agent.yaml");
    }

    [Fact]
    public void Errors_OfAllSources_AreReportedAtOnceWithTheirPlaces()
    {
        var file = Merged.File("""
            checks:
              - { name: orders-db, kind: tcp, address: 'h:1', dependsOn: [order-dbs] }
            maintenance: [{ name: nightly, checks: [pods], groups: [pod], cron: "0 2 * * *", duration: 1h }]
            """);
        _cluster.Set(ListSource.Check("pod", "pods", dependsOn: "orders-bd"), ListSource.Check("pod"));

        PlanMerge.Of(Plans.Agent(), file, Code("Orders DB"), _cluster.Part()).Errors.ShouldBe(
        [
            "agent.yaml:2:63: checks[orders-db].dependsOn: there is no check 'order-dbs' (did you mean 'orders-db'?)",
            "agent.yaml:3:41: maintenance[nightly].checks: there is no check 'pods' (did you mean 'pod'?)",
            "agent.yaml:3:57: maintenance[nightly].groups: there is no group 'pod' (did you mean 'pods'?)",
            "registered in code: the check 'Orders DB': the name 'orders-db' is taken by agent.yaml:2:5; names are unique",
            "cluster: pod: the name 'pod' is taken by a check of cluster; names are unique",
            "cluster: pod.dependsOn: there is no check 'orders-bd' (did you mean 'orders-db'?)",
        ]);
    }

    [Fact]
    public void Circle_ThroughTwoSources_IsAnError()
    {
        _cluster.Set(ListSource.Check("pod", dependsOn: "api"));
        PlanMerge.Of(Plans.Agent(), Merged.File("checks: [{ name: api, kind: tcp, address: 'h:1', dependsOn: pod }]"),
            _cluster.Part()).Errors.ShouldHaveSingleItem()
            .ShouldBe("agent.yaml:1:61: checks[api].dependsOn: the checks depend on each other in a circle: api → pod → api");
    }

    [Fact]
    public void Part_WithErrors_MakesNoneOfThoseThatNameItsChecks()
    {
        _cluster.Set(ListSource.Check("pod", dependsOn: "api"));
        PlanMerge.Of(Plans.Agent(), Merged.File("checks: ["), _cluster.Part()).Errors.ShouldHaveSingleItem().ShouldStartWith("agent.yaml:");
    }

    [Fact]
    public void Part_NotReadYet_MayHaveWhatIsNamed()
    {
        var file = Merged.File("checks: [{ name: api, kind: tcp, address: 'h:1', dependsOn: pod }]");
        Whole(file, PlanPart.Unread(_cluster)).Checks.ShouldHaveSingleItem().DependsOn.ShouldBeEmpty();
        PlanMerge.Of(Plans.Agent(), file, _cluster.Part()).Errors.ShouldHaveSingleItem()
            .ShouldBe("agent.yaml:1:61: checks[api].dependsOn: there is no check 'pod' (valid: api)");
    }

    [Fact]
    public void Parent_SwitchedOff_ChangesWhatDependsOnItAndNothingElse()
    {
        const string Of = "checks: [{ name: api, kind: tcp, address: 'h:1', dependsOn: db }, "
            + "{ name: db, kind: tcp, address: 'h:2', dependsOn: disk, enabled: X }, { name: disk, kind: tcp, address: 'h:3' }]";
        var before = Whole(Merged.File(Of.Replace("X", "true", StringComparison.Ordinal)));

        var after = Whole(Merged.File(Of.Replace("X", "false", StringComparison.Ordinal))).Keeping(before);

        after.Checks[0].DependsOn.ShouldBe(["disk"]);
        var change = PlanChange.Between(before, after);
        (string.Join(' ', change.Changed), string.Join(' ', change.Removed), change.Unchanged).ShouldBe(("api", "db", 1));
    }

    [Fact]
    public void Together_WithABrokenPart_OthersAreTaken()
    {
        var (file, none) = (Merged.File("checks: [{ name: a, kind: tcp, address: 'h:1' }]"), PlanPart.Unread(_cluster));
        _cluster.Set(ListSource.Check("pod"));

        Together([file, none], [Merged.File("checks: 7"), _cluster.Part()])
            .ShouldBe("a pod | agent.yaml:1:9: checks: a list is expected here");
    }

    [Fact]
    public void Together_WithANameThatIsTaken_TheLaterPartKeepsWhatItHad()
    {
        var file = Merged.File("checks: [{ name: a, kind: tcp, address: 'h:1' }]");
        _cluster.Set(ListSource.Check("old"));
        var before = _cluster.Part();
        _cluster.Set(ListSource.Check("a"));

        Together([file, before], [file, _cluster.Part()])
            .ShouldBe("a old | cluster: a: the name 'a' is taken by agent.yaml:1:10; names are unique");
    }

    [Fact]
    public void Together_OfPartsThatNeedEachOther_AreBothTaken()
    {
        var other = new ListSource("other");
        _cluster.Set(ListSource.Check("pod", dependsOn: "a"));
        other.Set(ListSource.Check("a"));

        Together([Merged.File("checks: []"), PlanPart.Unread(_cluster), PlanPart.Unread(other)],
            [Merged.File("checks: 7"), _cluster.Part(), other.Part()])
            .ShouldBe("pod:a a | agent.yaml:1:9: checks: a list is expected here");
    }

    [Fact]
    public void Together_WhenACheckGoesThatAnotherSourceNames_ItGoesAndTheReferenceIsReported()
    {
        var file = Merged.File("checks: [{ name: api, kind: tcp, address: 'h:1', dependsOn: pod }]");
        _cluster.Set(ListSource.Check("pod"));
        var before = _cluster.Part();
        _cluster.Set(ListSource.Check("next"));
        var after = _cluster.Part();

        Together([file, before], [file, after])
            .ShouldBe("api next | agent.yaml:1:61: checks[api].dependsOn: there is no check 'pod' (valid: api, next)");
        // A file that is new has no such excuse.
        Together([Merged.File("checks: []"), after], [file, after])
            .ShouldBe("next | agent.yaml:1:61: checks[api].dependsOn: there is no check 'pod' (valid: api, next)");
    }

    [Fact]
    public void Agent_WithoutAFile_HasTheDefaults()
    {
        var (plan, errors) = AgentPlan.Load(
            Kinds, name => name == "HEALTH_AGENT_LISTEN" ? "http://127.0.0.1:1" : null,
            new RegisteredSource(new ApplicationChecks([Registration("Mine")]), Kinds));

        errors.ShouldBeEmpty();
        plan.ShouldNotBeNull().Source.ShouldBe("code");
        plan.Listen.ShouldBe([new Listener(new Uri("http://127.0.0.1:1"))]);
        (plan.Checks.ShouldHaveSingleItem().Name, plan.Checks[0].Interval, plan.Concurrency > 0)
            .ShouldBe(("mine", TimeSpan.FromSeconds(15), true));
        AgentPlan.Load(Kinds, _ => "9464").Errors.ShouldHaveSingleItem()
            .ShouldStartWith("environment: HEALTH_AGENT_LISTEN: '9464' is not an address to listen on");
    }

    private static AgentPlan Whole(params IReadOnlyList<PlanPart> parts)
    {
        var merge = PlanMerge.Of(Plans.Agent(), parts);
        merge.Errors.ShouldBeEmpty();
        return merge.ToPlan();
    }

    private static string Together(IReadOnlyList<PlanPart> inForce, IReadOnlyList<PlanPart> latest)
    {
        var checks = PlanMerge.OfWhatGoesTogether(Plans.Agent(), inForce, latest, out var errors).ToPlan().Checks
            .Select(check => check.DependsOn.Count == 0 ? check.Name : $"{check.Name}:{string.Join(',', check.DependsOn)}");
        return $"{string.Join(' ', checks)} | {string.Join(" | ", errors)}";
    }

    private static PlanPart Code(string name, params string[] tags) =>
        PlanPart.ReadNow(new RegisteredSource(new ApplicationChecks([Registration(name, tags)]), Kinds));

    private static HealthCheckRegistration Registration(string name, params string[] tags) =>
        new(name, _ => throw new NotSupportedException("this check is never run"), HealthStatus.Unhealthy, tags);
}
