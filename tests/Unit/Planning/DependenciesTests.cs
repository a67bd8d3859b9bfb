using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Planning;

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

    [Fact]
    public void Plan_OfACheckThatIsOff_IsNoneAndNothingWaitsForIt()
    {
        var configured = Configured.Read("""
            checks:
              - { name: host, kind: self }
              - { name: db, kind: self, enabled: false, dependsOn: [host, link] }
              - { name: link, kind: self, enabled: False, dependsOn: db2 }
              - { name: db2, kind: self, enabled: true }
              - { name: api, kind: self, dependsOn: [db] }
              - { name: page, kind: self, dependsOn: [api, db, host] }
            """);
        configured.Errors.ShouldBeEmpty();
        configured.Plans.Select(check => $"{check.Name}:{string.Join(",", check.DependsOn)}")
            .ShouldBe(["host:", "db2:", "api:host,db2", "page:api,host,db2"]);
    }

    [Fact]
    public void Check_ThatIsOff_IsValidatedAllTheSame() => Configured.Read("""
        checks:
          - { name: a, kind: tcp, enabled: false, dependsOn: [b] }
          - { name: b, kind: self, enabled: off, dependsOn: [a] }
          - { name: a, kind: self, enabled: false }
        """).Errors.ShouldBe(
        [
            "agent.yaml:2:5: checks[a].address: 'address' is required",
            "agent.yaml:2:55: checks[a].dependsOn: the checks depend on each other in a circle: a → b → a",
            "agent.yaml:3:37: checks[b].enabled: 'off' is neither true nor false",
            "agent.yaml:4:13: checks[a].name: another check, on line 2, has this name; names are unique",
        ]);

    [Fact]
    public void Checks_ThatAreOffInACircle_AreNoLoop() => Configured.Read("""
        checks:
          - { name: a, kind: self, enabled: false, dependsOn: [b] }
          - { name: b, kind: self, enabled: false, dependsOn: [a] }
          - { name: c, kind: self, dependsOn: [a] }
        """).Errors.ShouldHaveSingleItem().ShouldContain("in a circle");
}
