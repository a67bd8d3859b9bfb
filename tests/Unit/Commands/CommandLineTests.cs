using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Agent.Commands;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Version_IsOneLine()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("--version");

        (code, errors).ShouldBe((0, ""));
        output.ShouldMatch(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\n$");
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
    [InlineData("valdate", "there is no command 'valdate' (did you mean 'validate'?)")]
    [InlineData("--cofnig=x", "there is no option '--cofnig' (did you mean '--config'?)")]
    [InlineData("--config", "Required argument missing for option: '--config'; health-agent --help lists what it takes")]
    [InlineData("validate --confg x", "there is no option '--confg' (did you mean '--config'?)")]
    [InlineData("list --expandd", "there is no option '--expandd' (did you mean '--expanded'?)")]
    [InlineData("list --output xml",
        "--output: Argument 'xml' not recognized. Must be one of: 'text' 'json'; health-agent list --help lists what it takes")]
    [InlineData("kinds --outptu json", "there is no option '--outptu' (did you mean '--output'?)")]
    [InlineData("kinds http tcp", "'tcp' is one argument too many; health-agent kinds --help lists what it takes")]
    [InlineData("schema --output", "there is no option '--output' (valid: --config, --help)")]
    [InlineData("import gatus a --too b", "there is no option '--too' (did you mean '--to'?); a file of that name is ./--too")]
    [InlineData("import gatsu a", "there is no command 'gatsu' (did you mean 'gatus'?)")]
    [InlineData("import gatus",
        "Required argument 'FILE' missing for command: 'gatus'; health-agent import gatus --help lists what it takes")]
    public async Task MistypedArguments_AreRefusedInOneLine(string arguments, string error) =>
        (await AgentProcess.RunAsync(arguments.Split(' '))).ShouldBe((64, "", error + "\n"));

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
        await Eventually.Is(() => agent.Output.Contains("reached is healthy, was unknown for", StringComparison.Ordinal),
            $"it runs: {agent.Output}{agent.Errors}");
        var address = agent.Output.Split('\n').First(line => line.Contains("/metrics", StringComparison.Ordinal)).Trim()
            .Split("/metrics")[0];
        using var client = new HttpClient();
        (await client.GetStringAsync(address + "/readyz?verbose", TestContext.Current.CancellationToken))
            .ShouldBe("[+]reached ok\nreadyz check passed\n");

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
    public async Task Run_OnAPortThatIsTaken_SaysSoInWordsAndRunsNoCheck()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        using var file = new ConfigurationText($$"""
            agent: { listen: ["http://127.0.0.1:0", "{{address}}", "http://127.0.0.1:0"] }
            checks: [ { name: watched, kind: tcp, address: "127.0.0.1:{{((IPEndPoint)target.LocalEndpoint).Port}}" } ]
            """);

        var (code, output, errors) = await AgentProcess.RunAsync("run", "--config", file.Path);

        code.ShouldBe(69);
        errors.ShouldBe($"health-agent cannot listen on {address}: address already in use; stop the other process or choose another port "
            + "(agent.listen in agent.yaml, or HEALTH_AGENT_LISTEN)\n");
        output.ShouldNotContain("   at ");
        target.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OnAnAddressThatIsNotOurs_SaysSoInWords()
    {
        // A documentation address, assigned to no machine.
        using var file = new ConfigurationText("agent: { listen: \"http://192.0.2.1:9464\" }\nchecks: []\n");

        var (code, output, errors) = await AgentProcess.RunAsync("run", "--config", file.Path);

        code.ShouldBe(69);
        errors.ShouldStartWith("health-agent cannot listen on http://192.0.2.1:9464: not an address of this machine; ");
        (output + errors).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_OnAllAddresses_AnswersByIPv4AndIPv6()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the machine has no IPv6");
        using var file = new ConfigurationText("agent: { listen: \"http://*:0\" }\nchecks: []\n");
        await using var agent = AgentProcess.Start(["--config", file.Path]);
        await Eventually.Is(() => agent.Output.Contains("started with", StringComparison.Ordinal),
            $"it runs: {agent.Output}{agent.Errors}");
        var address = new Uri(
            agent.Output.Split('\n').First(line => line.Contains("/metrics", StringComparison.Ordinal)).Trim().Split("/metrics")[0]);

        address.Host.ShouldBe("127.0.0.1");
        using var client = new HttpClient();
        foreach (var host in new[] { "127.0.0.1", "[::1]" })
        {
            (await client.GetStringAsync(new Uri($"http://{host}:{address.Port}/livez"), TestContext.Current.CancellationToken))
                .ShouldBe("ok");
        }

        agent.Output.ShouldContain("http://*:0 shows statuses without names and reasons");
        using var asked = new ConfigurationText(
            $"agent: {{ listen: \"http://*:{address.Port}\", hosts: [health.shop.example] }}\nchecks: []\n");
        (await AgentProcess.RunAsync("healthcheck", "--config", asked.Path)).ShouldBe((0, "ok\n", ""));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(200)]
    [InlineData(255)]
    public async Task AnyCommand_WithTooFewOpenFiles_SaysSoInWords(int openFiles)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        using var file = new ConfigurationText("agent: { listen: \"http://127.0.0.1:0\" }\nchecks: []\n");

        (await AgentProcess.RunWithinAsync(openFiles, "run", "--config", file.Path)).ShouldBe(
            (71, "", $"health-agent cannot start: the limit of {openFiles} open files is below the required 256; raise the limit (ulimit "
                + "-n 1024; LimitNOFILE=1024 in a systemd unit; docker run --ulimit nofile=1024)\n"));
    }

    [Fact]
    public void Exceptions_ThatSayThatNoFileCanBeOpened_AreRecognized()
    {
        FileDescriptors.AreExhausted(new SocketException((int)SocketError.TooManyOpenSockets)).ShouldBeTrue();
        FileDescriptors.AreExhausted(new IOException("Too many open files", 24)).ShouldBeTrue();
        FileDescriptors.AreExhausted(new InvalidOperationException("", new Win32Exception(23))).ShouldBeTrue();
        FileDescriptors.AreExhausted(new SocketException((int)SocketError.AddressAlreadyInUse)).ShouldBeFalse();
        FileDescriptors.AreExhausted(new IOException("in use", new SocketException((int)SocketError.AddressAlreadyInUse))).ShouldBeFalse();
        FileDescriptors.AreExhausted(new FileNotFoundException()).ShouldBeFalse();
    }
}
