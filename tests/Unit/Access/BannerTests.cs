using HealthAgent.Agent.Commands;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Access;

/// <summary>The start says who may see what, and what to write for more.</summary>
public sealed class BannerTests
{
    private const string Token = "{ name: a, role: viewer, token: 0123456789abcdef }";

    [Theory]
    [InlineData("agent: { listen: \"http://127.0.0.1:1\" }", null)]
    [InlineData("agent: { listen: [\"http://127.0.0.1:1\", \"http://*:2\"] }",
        "Details are shown on loopback listeners only; http://*:2 shows statuses without names and reasons. "
        + "To show them there, write access.tokens in agent.yaml.")]
    [InlineData("access: {}", "Without credentials, callers get probes, health, metrics, on loopback too. Accepted: no credentials.")]
    [InlineData($"access: {{ tokens: [{Token}] }}",
        "Without credentials, callers get probes, health, metrics, on loopback too. Accepted: 1 token.")]
    [InlineData($"access: {{ anonymous: [], loopback: operator, allowFrom: [10.0.0.0/8], tokens: [{Token}] }}",
        "Without credentials, callers get nothing; on loopback they are operators. Accepted: 1 token. Served: 10.0.0.0/8 only.")]
    [InlineData("access: { anonymous: [health, details], jwt: { issuer: \"https://id.example\", audience: a, roles: { b: viewer } } }",
        "Without credentials, callers get health with details, on loopback too. Accepted: JWT of https://id.example.")]
    public void Banner_SaysWhoMaySeeWhat(string yaml, string? line) => AccessLine(yaml).ShouldBe(line);

    [Fact]
    public void Banner_ShowsTheRoutesThatAreServed()
    {
        var plan = PlanOf(
            "agent: { listen: [{ url: \"http://*:1\", serve: [probes] }, { url: \"http://127.0.0.1:2\", serve: [health, metrics] }] }");

        Banner.Of(plan, ["http://[::]:1", "http://127.0.0.1:2"]).Split('\n')
            .Where(text => text.TrimStart().StartsWith("http", StringComparison.Ordinal)).Select(text => text.Trim().Split(' ')[0])
            .ShouldBe(["http://127.0.0.1:1/readyz?verbose", "http://127.0.0.1:2/health?mode=full", "http://127.0.0.1:2/metrics"]);
    }

    [Theory]
    [InlineData("checks: []",
        "names and reasons are shown on loopback listeners only; to show them here, write access.tokens to agent.yaml")]
    [InlineData("access: {}", "names and reasons are withheld from callers without credentials, and access in agent.yaml accepts none; "
        + "write access.tokens")]
    [InlineData($"access: {{ tokens: [{Token}] }}",
        "names and reasons are withheld from callers without credentials; send those of a viewer, see access in agent.yaml")]
    [InlineData("access: { anonymous: [health, details] }", null)]
    public void Health_SaysWhyDetailsAreWithheld(string yaml, string? why) =>
        HealthAgent.Agent.Access.Permissions.WhyNoDetails(
            Configured.Read(yaml.Contains("checks", StringComparison.Ordinal) ? yaml : yaml + "\nchecks: []").Options!.Access)
            .ShouldBe(why);

    private static string? AccessLine(string yaml) => Banner.Of(PlanOf(yaml), ["http://127.0.0.1:1"]).Split('\n')
        .Select(text => text.TrimEnd()).FirstOrDefault(text => text.StartsWith("Without", StringComparison.Ordinal)
            || text.StartsWith("Details", StringComparison.Ordinal));

    private static AgentPlan PlanOf(string yaml)
    {
        using var folder = new WatchedFolder();
        folder.Write("agent.yaml", yaml + "\nchecks: []");
        var kinds = new KindIndex(CheckKinds.All);
        return AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(folder["agent.yaml"]), kinds, _ => null)).Plan!;
    }
}
