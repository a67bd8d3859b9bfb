using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class HealthcheckTests
{
    [Fact]
    public async Task Healthcheck_OfALiveAgent_Succeeds()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check());
        agent.Record("check", "FFF");

        (await AskAsync(agent.Loopback.ToString())).ShouldBe((0, "ok\n", ""));
    }

    [Fact]
    public async Task Healthcheck_WithoutAUrl_AsksWhereTheConfigurationListens()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check());
        using var everywhere = new ConfigurationText($"agent: {{ listen: \"http://0.0.0.0:{agent.Public.Port}\" }}\nchecks: []\n");
        (await AgentProcess.RunAsync("healthcheck", "--config", everywhere.Path)).ShouldBe((0, "ok\n", ""));

        using var silent = new ConfigurationText("checks: []\n");
        await using var byEnvironment = AgentProcess.Start(
            ["healthcheck"], silent.Directory, ("HEALTH_AGENT_LISTEN", $"http://localhost:{agent.Loopback.Port}"));
        (await byEnvironment.EndAsync()).ShouldBe((0, "ok\n", ""));
    }

    [Fact]
    public async Task Healthcheck_OfSeveralListeners_AsksOneThatServesProbes()
    {
        using var authority = new Authority("one");
        using var own = authority.Issue(name: "health.shop.example");
        await using var agent = await AccessAgent.StartAsync(
            "agent: { listen: [{ url: \"http://127.0.0.1:0\", serve: health }, "
            + "{ url: \"https://127.0.0.1:0\", serve: probes, certificate: tls.crt, key: tls.key }] }\n",
            ("tls.crt", own.ExportCertificatePem()), ("tls.key", own.GetECDsaPrivateKeyPem()));
        var health = $"{{ url: \"http://127.0.0.1:{agent.Urls[0].Port}\", serve: health }}";
        var probes =
            $"{{ url: \"https://127.0.0.1:{agent.Urls[1].Port}\", serve: probes, certificate: tls.crt, key: tls.key }}";
        agent.Folder.Write("both.yaml", $"agent: {{ listen: [{health}, {probes}] }}\nchecks: []\n");
        agent.Folder.Write("none.yaml", $"agent: {{ listen: [{health}] }}\nchecks: []\n");

        // The certificate is for another name, as in a cluster.
        (await AgentProcess.RunAsync("healthcheck", "--config", agent.Folder["both.yaml"])).ShouldBe((0, "ok\n", ""));
        (await AskAsync(agent.Urls[1].ToString())).ShouldBe((0, "ok\n", ""));
        (await AgentProcess.RunAsync("healthcheck", "--config", agent.Folder["none.yaml"])).ShouldBe(
            (1, "", "no listener serves probes; add 'probes' to 'serve' of one in agent.listen, or give --url\n"));
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndead", "dead\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "\n")]
    public async Task Healthcheck_OfAnAgentThatSaysNo_Fails(string answer, string output)
    {
        await using var target = TcpTarget.Saying(answer);

        (await AskAsync($"http://127.0.0.1:{target.Port}")).ShouldBe((1, output, ""));
    }

    [Fact]
    public async Task Healthcheck_OfARedirectToALiveAgent_Fails()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check());
        await using var target = TcpTarget.Saying(
            $"HTTP/1.1 302 Found\r\nLocation: {agent.Loopback}livez\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        (await AskAsync($"http://127.0.0.1:{target.Port}")).ShouldBe((1, "\n", ""));
    }

    [Fact]
    public async Task Healthcheck_OfADeadAgent_FailsInWords()
    {
        using var dead = TcpTarget.Refusing(out var port);

        await ShouldFailAsync($"http://127.0.0.1:{port}", $"failed: connecting to 127.0.0.1:{port}: Connection refused");
    }

    [Fact]
    public async Task Healthcheck_OfAHangingAgent_FailsAfterTheTimeout()
    {
        await using var hangs = TcpTarget.Hanging();

        var (code, output, errors) = await AgentProcess.RunAsync(
            "healthcheck", "--url", $"http://127.0.0.1:{hangs.Port}", "--timeout", "200ms");

        (code, output).ShouldBe((1, ""));
        errors.ShouldBe($"http://127.0.0.1:{hangs.Port}/livez timed out after 200ms\n");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("")]
    public async Task Healthcheck_OfSomethingElse_FailsInWords(string answer)
    {
        await using var target = TcpTarget.Saying(answer);

        await ShouldFailAsync($"http://127.0.0.1:{target.Port}", "failed: ");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://nowhere.invalid:9464")]
    [InlineData("localhost:9464")]
    [InlineData("127.0.0.1:9464")]
    [InlineData("/livez")]
    [InlineData("nonsense")]
    [InlineData("http://")]
    public async Task Healthcheck_OfAWrongAddress_FailsInWords(string url) => await ShouldFailAsync(url, "");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("soon")]
    public async Task Healthcheck_WithAWrongTimeout_FailsInWords(string timeout)
    {
        await using var hangs = TcpTarget.Hanging();

        var (code, output, errors) = await AgentProcess.RunAsync(
            "healthcheck", "--url", $"http://127.0.0.1:{hangs.Port}", $"--timeout={timeout}");

        code.ShouldBe(1);
        errors.ShouldNotBeEmpty();
        (output + errors).ShouldNotContain("   at ");
    }

    private static Task<(int ExitCode, string Output, string Errors)> AskAsync(string url) =>
        AgentProcess.RunAsync("healthcheck", "--url", url);

    private static async Task ShouldFailAsync(string url, string words)
    {
        var (code, output, errors) = await AskAsync(url);

        code.ShouldBe(1);
        errors.ShouldContain(words);
        errors.ShouldNotBeEmpty();
        (output + errors).ShouldNotContain("   at ");
        (output + errors).ShouldNotContain("Unhandled");
    }
}
