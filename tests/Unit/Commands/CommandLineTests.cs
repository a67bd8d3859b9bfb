using System.Net;
using System.Net.Sockets;
using HealthAgent.Unit.Scheduling;

namespace HealthAgent.Unit.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Version_IsOneLine()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("--version");

        (code, errors).ShouldBe((0, ""));
        output.ShouldMatch(@"^\d+\.\d+\.\d+\S*\n$");
    }

    [Fact]
    public async Task Help_NamesTheCommandsAndOptions()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("--help");

        (code, errors).ShouldBe((0, ""));
        foreach (var word in new[] { "Health Agent", "run", "validate", "healthcheck", "--config", "agent.yaml" })
        {
            output.ShouldContain(word);
        }
    }

    [Theory]
    [InlineData("valdate")]
    [InlineData("--cofnig=x")]
    [InlineData("--config")]
    public async Task MistypedArguments_AreRefusedWithoutAStackTrace(string argument)
    {
        var (code, output, errors) = await AgentProcess.RunAsync(argument);

        code.ShouldNotBe(0);
        (output + errors).ShouldContain(argument.Split('=')[0]);
        (output + errors).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_UntilItIsToldToStop_AnswersAndEndsInOrder()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        using var file = new ConfigurationText($$"""
            agent: { listen: "http://127.0.0.1:0" }
            checks:
              - { name: reached, kind: tcp, address: "127.0.0.1:{{((IPEndPoint)target.LocalEndpoint).Port}}" }
            """);
        await using var agent = AgentProcess.Start(["--config", file.Path]);
        await Eventually.Is(() => agent.Output.Contains("reached is healthy, was unknown for", StringComparison.Ordinal), $"it runs: {agent.Output}{agent.Errors}");
        var address = agent.Output.Split('\n').First(line => line.Contains("/metrics", StringComparison.Ordinal)).Trim().Split("/metrics")[0];
        using var client = new HttpClient();
        (await client.GetStringAsync(address + "/readyz?verbose", TestContext.Current.CancellationToken)).ShouldBe("[+]reached ok\nreadyz check passed\n");

        agent.Terminate();
        var (code, output, errors) = await agent.EndAsync();

        (code, errors).ShouldBe((0, ""));
        output.ShouldContain("watches 1 check of");
        output.ShouldMatch(@"reached +tcp +dependency +every 15s");
        output.ShouldContain("health-agent is stopping");
        output.Split('\n').Single(line => line.Contains("is healthy", StringComparison.Ordinal))
            .ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: HealthAgent\[\d+\] reached is healthy, was unknown for \S+$");
    }

    [Fact]
    public async Task Run_OnAPortThatIsTaken_SaysSoInWords()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        using var file = new ConfigurationText($"agent: {{ listen: \"{address}\" }}\nchecks: []\n");

        var (code, output, errors) = await AgentProcess.RunAsync("run", "--config", file.Path);

        code.ShouldBe(69);
        errors.ShouldStartWith($"health-agent cannot listen on {address}");
        errors.ShouldContain("agent.listen");
        (output + errors).ShouldNotContain("   at ");
        errors.TrimEnd('\n').Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Run_OnAnAddressThatIsNotOurs_SaysSoInWords()
    {
        // A documentation address that no machine has.
        using var file = new ConfigurationText("agent: { listen: \"http://192.0.2.1:9464\" }\nchecks: []\n");

        var (code, output, errors) = await AgentProcess.RunAsync("run", "--config", file.Path);

        code.ShouldBe(69);
        errors.ShouldStartWith("health-agent cannot listen on http://192.0.2.1:9464");
        (output + errors).ShouldNotContain("   at ");
    }
}
