using HealthAgent.Agent.Probing;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Probing;

/// <summary>An agent that may probe what a test says.</summary>
internal static class ProbeServer
{
    /// <summary>The modules that most tests need.</summary>
    public const string Modules = "http_2xx: { kind: http }, tcp_connect: { kind: tcp }";

    private static readonly TimeSpan LongerThanAnyProbe = TimeSpan.FromSeconds(6);

    /// <summary>Starts one without checks.</summary>
    /// <param name="modules">The modules, as a mapping without its braces.</param>
    /// <param name="targets">The patterns.</param>
    /// <param name="allow">The addresses that are allowed.</param>
    /// <param name="agent">Settings of the agent, as a mapping without its braces.</param>
    public static Task<AgentServer> StartAsync(
        string modules = Modules, string targets = "'*:*'", string allow = "127.0.0.1", string agent = "") =>
        AgentServer.StartAsync(Plan(modules, targets, allow, agent));

    /// <summary>The plan of such an agent.</summary>
    public static AgentPlan Plan(
        string modules = Modules, string targets = "'*:*'", string allow = "127.0.0.1", string agent = "")
    {
        var configured = Configured.Read(
            $"agent: {{ {agent} }}\nchecks: []\n"
            + $"probe: {{ modules: {{ {modules} }}, targets: [{targets}], allowAddresses: [{allow}] }}");
        configured.Errors.ShouldBeEmpty();
        return configured.Agent!;
    }

    /// <summary>Probes a target.</summary>
    public static Task<Reply> ProbeAsync(
        this AgentServer server, string target, string module = "http_2xx", string more = "",
        params (string Name, string Value)[] headers) =>
        server.GetAsync($"/probe?target={Uri.EscapeDataString(target)}&module={module}{more}", headers);

    /// <summary>The probes under way.</summary>
    public static ProbeRuns Probes(this AgentServer server) => server.Services.GetRequiredService<ProbeRuns>();

    /// <summary>Ends a probe of a target that hangs.</summary>
    public static Task EndAsync(this AgentServer server, Task<Reply> probe)
    {
        server.Clock.Advance(LongerThanAnyProbe);
        return probe.Ends();
    }

    /// <summary>The value of a series without labels.</summary>
    public static string Value(this Reply reply, string series)
    {
        reply.Status.ShouldBe(200, reply.Body);
        return reply.Body.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..];
    }
}
