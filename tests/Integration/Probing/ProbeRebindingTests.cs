using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Probing;

/// <summary>
/// DNS rebinding: a name that has a harmless address when it is judged, and an internal one when it is connected to. A real resolver asks a
/// real name server, which answers otherwise each time. Of the addresses of loopback, 127.0.0.2 plays the public one, since it is allowed.
/// </summary>
public sealed class ProbeRebindingTests
{
    private const string Name = "rebinding.probe.test";

    [Fact]
    public async Task Name_ThatChangesItsAddress_IsConnectedToWhereItWasJudged()
    {
        using var names = StartNames();
        var port = Containers.FreePort();
        await using var outside = await ProbedSite.StartAsync("127.0.0.2", port);
        await using var inside = await ProbedSite.StartAsync("127.0.0.1", port);
        await using var agent = await StartAgentAsync();
        names.Set(Name, "127.0.0.2", "127.0.0.1");

        (await ProbeAsync(agent, $"http://{Name}:{port}/")).ShouldContain("probe_success 1\n");
        names.Asked(Name).ShouldBe(1, "a second question could have another answer");
        (outside.Requests, inside.Requests).ShouldBe((1, 0));

        var refused = await ProbeAsync(agent, $"http://{Name}:{port}/");
        refused.ShouldContain("probe_success 0\n");
        refused.ShouldContain("127.0.0.1 is a loopback address, which probe.allowAddresses does not name");
        (outside.Requests, inside.Requests).ShouldBe((1, 0));

        names.Set(Name, "127.0.0.2", "127.0.0.1");
        (await ProbeAsync(agent, $"{Name}:{port}", "port")).ShouldContain("probe_success 1\n");
        names.Asked(Name).ShouldBe(1);
        (await ProbeAsync(agent, $"{Name}:{port}", "port")).ShouldContain("probe_success 0\n");
    }

    [Fact]
    public async Task Name_ThatChangesItsAddressBeforeARedirect_IsJudgedAgain()
    {
        using var names = StartNames();
        var port = Containers.FreePort();
        await using var outside = await ProbedSite.StartAsync("127.0.0.2", port);
        await using var inside = await ProbedSite.StartAsync("127.0.0.1", port);
        outside.Answer = context =>
        {
            context.Response.Redirect($"http://{Name}:{port}/inside");
            return Task.CompletedTask;
        };
        await using var agent = await StartAgentAsync();
        names.Set(Name, "127.0.0.2", "127.0.0.1");

        var reply = await ProbeAsync(agent, $"http://{Name}:{port}/");

        reply.ShouldContain("probe_success 0\n");
        reply.ShouldContain("127.0.0.1 is a loopback address");
        names.Asked(Name).ShouldBe(2);
        (outside.Requests, inside.Requests).ShouldBe((1, 0));
    }

    private static DnsServer StartNames()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("a name server of one's own takes root on Linux");
        }

        return new DnsServer();
    }

    private static Task<AgentProcess> StartAgentAsync() => AgentProcess.StartResolvingAsync(
        """
        checks: []
        probe:
          modules: { web: { kind: http, followRedirects: true }, port: { kind: tcp } }
          targets: ["*.probe.test:*"]
          allowAddresses: [127.0.0.2]
        """);

    private static Task<string> ProbeAsync(AgentProcess agent, string target, string module = "web") =>
        agent.Client.GetStringAsync(new Uri($"/probe?module={module}&target={Uri.EscapeDataString(target)}&debug=true", UriKind.Relative));
}
