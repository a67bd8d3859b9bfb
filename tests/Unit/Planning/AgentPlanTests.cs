using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;

namespace HealthAgent.Unit.Planning;

public sealed class AgentPlanTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("checks: []", null, "http://127.0.0.1:9464/")]
    [InlineData("checks: []", "", "http://127.0.0.1:9464/")]
    [InlineData("checks: []", "http://*:80; http://0.0.0.0:81", "http://[::]/ http://0.0.0.0:81/")]
    [InlineData("agent: {listen: http://127.0.0.1:1}\nchecks: []", "http://*:80", "http://127.0.0.1:1/")]
    [InlineData("agent: {listen: [http://127.0.0.1:1, http://127.0.0.1:2]}\nchecks: []", null, "http://127.0.0.1:1/ http://127.0.0.1:2/")]
    public void Listen_Resolved_IsWrittenThenOfTheEnvironmentThenBuiltIn(string yaml, string? variable, string expected)
    {
        var (plan, errors) = Load(yaml, name => name == "HEALTH_AGENT_LISTEN" ? variable : null);
        errors.ShouldBeEmpty();
        string.Join(' ', plan.ShouldNotBeNull().Listen.Select(listener => listener.Url)).ShouldBe(expected);
    }

    [Fact]
    public void Listen_OfTheEnvironmentThatIsNone_IsToldWithoutAPlaceInTheFile()
    {
        var (plan, errors) = Load("checks: []", name => name == "HEALTH_AGENT_LISTEN" ? "9464" : null);
        plan.ShouldBeNull();
        errors.ShouldHaveSingleItem().ShouldStartWith("environment: HEALTH_AGENT_LISTEN: '9464' is not an address to listen on; ");
    }

    [Theory]
    [InlineData("listen: http://127.0.0.1:1", 0)]
    [InlineData("listen: [http://localhost:1, 'http://[::1]:1']", 0)]
    [InlineData("listen: [http://127.0.0.1:1, 'http://*:2']", 5)]
    [InlineData("listen: http://10.0.0.5:1", 5)]
    [InlineData("listen: http://127.0.0.1:1, drain: 7s", 7)]
    [InlineData("listen: 'http://*:1', drain: 0s", 0)]
    [InlineData("listen: 'http://*:1', drain: 5m", 300)]
    public void Drain_Resolved_IsWrittenOrFiveSecondsBeyondLoopback(string agent, int seconds)
    {
        var (plan, errors) = Load($"agent: {{{agent}}}\nchecks: []", _ => null);
        errors.ShouldBeEmpty();
        plan.ShouldNotBeNull().Drain.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("6m")]
    [InlineData("-1s")]
    [InlineData("5")]
    public void Drain_ThatIsNone_IsAnError(string drain) =>
        Load($"agent: {{drain: {drain}}}\nchecks: []", _ => null).Errors.ShouldHaveSingleItem()
            .ShouldStartWith($"{_path}:1:16: agent.drain: ");

    [Fact]
    public void Hosts_Written_AreResolved()
    {
        var (plan, errors) = Load("agent: {hosts: [health.shop.example, '*.shop.example', '[FD00::1]']}\nchecks: []", _ => null);
        errors.ShouldBeEmpty();
        plan.ShouldNotBeNull().Hosts.ShouldBe(["health.shop.example", "*.shop.example", "fd00::1"]);
        Load("checks: []", _ => null).Plan.ShouldNotBeNull().Hosts.ShouldBeEmpty();
    }

    [Fact]
    public void Hosts_ThatAreNone_AreErrorsEachWithItsPlace()
    {
        const string Write = "write a name without scheme and port, such as health.shop.example, *.shop.example or 10.0.0.5";
        Load("agent: {hosts: ['*', 'http://shop.example']}\nchecks: []", _ => null).Errors.ShouldBe(
        [
            $"{_path}:1:17: agent.hosts: '*' is not a host; {Write}",
            $"{_path}:1:22: agent.hosts: 'http://shop.example' is not a host; {Write}",
        ]);
    }

    [Fact]
    public void Plan_OfAWholeFile_HasItAll()
    {
        var (plan, errors) = Load(
            "agent: {labels: {env: prod}, concurrency: 3}\n"
                + "checks: [{name: a, kind: tcp, address: 'h:1'}, {name: b, kind: tcp, address: 'h:1'}]",
            _ => null);
        errors.ShouldBeEmpty();
        plan.ShouldNotBeNull().Source.ShouldBe(_path);
        plan.Labels["env"].ShouldBe("prod");
        plan.Concurrency.ShouldBe(3);
        plan.Checks.Select(check => check.Name).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("checks: [{name: a, kind: tcp}]")]
    [InlineData("checks: [")]
    [InlineData("")]
    [InlineData("check: []\nchecks: []")]
    public void Plan_OfAFileWithAMistake_IsNone(string yaml)
    {
        var (plan, errors) = Load(yaml, _ => null);
        plan.ShouldBeNull();
        errors.ShouldHaveSingleItem().ShouldStartWith(_path);
    }

    [Fact]
    public void Concurrency_NotWritten_IsAtLeastSixtyFour() =>
        Load("checks: []", _ => null).Plan.ShouldNotBeNull().Concurrency.ShouldBeGreaterThanOrEqualTo(64);

    [Fact]
    public void Memory_NotWritten_IsAShareOfWhatThereIs() =>
        Load("checks: []", _ => null).Plan.ShouldNotBeNull().Memory.ShouldBeInRange(64L << 20, 1L << 30);

    private (AgentPlan? Plan, IReadOnlyList<string> Errors) Load(string yaml, Func<string, string?> environment)
    {
        File.WriteAllText(_path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) = AgentPlan.Load(kinds, environment, new FileSource(new ConfigurationFile(_path), kinds, environment));
        return (plan, errors);
    }
}
