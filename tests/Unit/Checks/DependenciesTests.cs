using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Checks;

public sealed class DependenciesTests
{
    [Fact]
    public void Plan_DependsOnOthers_KeepsTheirNames()
    {
        var plan = Configured.Read("""
            checks:
              - { name: db, kind: tcp, address: "127.0.0.1:1" }
              - { name: api, kind: tcp, address: "127.0.0.1:1", dependsOn: db }
              - { name: page, kind: tcp, address: "127.0.0.1:1", dependsOn: [api, db, api] }
            """);

        plan.Plans.Select(check => string.Join(",", check.DependsOn)).ShouldBe(["", "db", "api,db"]);
    }

    [Fact]
    public void Plan_DependsOnWhatIsNotThere_IsAnErrorWithTheNearestName() => Configured.Read("""
        checks:
          - { name: orders-db, kind: tcp, address: "127.0.0.1:1" }
          - { name: api, kind: tcp, address: "127.0.0.1:1", dependsOn: [order-db] }
        """).Errors.ShouldBe(["agent.yaml:3:65: checks[api].dependsOn: there is no check 'order-db' (did you mean 'orders-db'?)"]);

    [Fact]
    public void Plan_Circles_AreNamedOnceEach() => Configured.Read("""
        checks:
          - { name: a, kind: tcp, address: "127.0.0.1:1", dependsOn: [b] }
          - { name: b, kind: tcp, address: "127.0.0.1:1", dependsOn: [c] }
          - { name: c, kind: tcp, address: "127.0.0.1:1", dependsOn: [d, a] }
          - { name: d, kind: tcp, address: "127.0.0.1:1", dependsOn: [] }
          - { name: me, kind: tcp, address: "127.0.0.1:1", dependsOn: [me] }
        """).Errors.ShouldBe(
        [
            "agent.yaml:2:63: checks[a].dependsOn: the checks depend on each other in a circle: a → b → c → a",
            "agent.yaml:6:64: checks[me].dependsOn: the checks depend on each other in a circle: me → me",
        ]);
}
