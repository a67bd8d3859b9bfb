using System.CommandLine;
using System.Text.Json;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Commands.Checking;

public sealed class CommandLineCheckTests
{
    public static TheoryData<string> Kinds => [.. CheckKinds.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Options_OfAKind_CollideWithNoneOfTheCommand(string kind)
    {
        var root =
            new RootCommand { CheckCommand.Create(new Option<string?>("--config", "-c") { Recursive = true }, ["check", "--kind", kind]) };

        root.Parse(["check", "--kind", kind]).Errors.ShouldBeEmpty();

        var names = root.Subcommands[0].Options.SelectMany(option => option.Aliases.Append(option.Name)).ToList();
        names.Distinct(StringComparer.Ordinal).Count().ShouldBe(names.Count);
        CheckKinds.All.Single(it => it.Name == kind).Settings
            .Where(setting => (setting.Shape.Settings is null || setting.Shape.Types.Count > 1) && setting.Shape.Items is null)
            .ShouldAllBe(setting => names.Contains($"--{setting.Name}"));
    }

    [Fact]
    public async Task Settings_AreOptions_NestedByDotsAndRepeated()
    {
        using var root = new Authority("root");
        using var certificate = root.Issue(name: "orders.internal");
        string? seen = null;
        await using var target = await HttpTarget.StartAsync(
            context =>
            {
                seen = $"{context.Request.Method} {context.Request.Headers["X-One"]} {context.Request.Headers["X-Two"]}";
                return context.Response.WriteAsync("""{"up":true}""");
            },
            certificate);

        var (code, output, errors) = await AgentProcess.RunAsync(
            "check", "--kind", "http", "--url", target.Url, "--method", "POST", "--header", "X-One: 1", "--headers=X-Two=${env:TWO:-2}",
            "--tls.ca", root.Certificate.ExportCertificatePem(), "--tls.serverName", "orders.internal",
            "--expect", "status == 200", "--expect", "json $.up == true", "--warn", "latency > 1h", "--followRedirects", "--timeout",
            "20s");

        (code, errors.Contains("error", StringComparison.Ordinal), seen).ShouldBe((0, false, "POST 1 2"), output + errors);
        output.ShouldStartWith("http: pass in ");
        output.ShouldContain("    ok      json $.up == true  was true\n");
        output.ShouldMatch(@"tls:\n    orders\.internal  TLS 1\.3  TLS_\w+  certificate verified\n");
        output.ShouldMatch(@"certificates:\n    0  CN=subject  issued by CN=root  for orders\.internal  "
            + @"\d{4}-\d\d-\d\d, expires in \d+ days +sent by the server\n");
    }

    [Theory]
    [InlineData("postgres://127.0.0.1:1/db", "postgres")]
    [InlineData("redis://127.0.0.1:1", "redis")]
    [InlineData("amqp://127.0.0.1:1/", "rabbitmq")]
    [InlineData("tcp://127.0.0.1:1", "tcp")]
    [InlineData("tls://127.0.0.1:1", "tls")]
    public async Task Url_OfAScheme_ImpliesItsKind(string url, string kind)
    {
        var (code, output, _) = await AgentProcess.RunAsync("check", "--url", url, "--output", "json");

        code.ShouldBe(2);
        var run = JsonElement.Parse(output)[0];
        (run.GetProperty("kind").GetString(), run.GetProperty("errorType").GetString()).ShouldBe((kind, "connection_refused"));
    }

    [Theory]
    [InlineData(78, "--url: this is not a URL; write http://HOST/PATH or https://HOST/PATH", "--kind", "http", "--url", "nowhere")]
    [InlineData(78, "--url: 'url' is required", "--kind", "http")]
    [InlineData(78, "--timeout: 'soon' is not a duration", "--url", "http://127.0.0.1/", "--timeout", "soon")]
    [InlineData(78, "--tls.minVersion: '0.9' is not valid", "--url", "http://127.0.0.1/", "--tls.minVersion", "0.9")]
    [InlineData(78, "--expect: ", "--url", "http://127.0.0.1/", "--expect", "statsu == 200")]
    [InlineData(78, "--headers: this is no pair; write 'NAME: VALUE'", "--url", "http://127.0.0.1/", "--header", "X")]
    [InlineData(
        78, "--password: the environment variable 'NOT_SET' is not set", "--url", "http://127.0.0.1/", "--password", "${env:NOT_SET}")]
    [InlineData(78, "--url: invalid URL; ", "--url", "postgres://user:pa/ss@host/db")]
    [InlineData(78, "--url: write either --url or --address", "--kind", "tcp", "--url", "tcp://127.0.0.1:1", "--address", "127.0.0.1:1")]
    [InlineData(78, "--url: kind tcp does not take a URL of this scheme", "--kind", "tcp", "--url", "http://127.0.0.1/")]
    [InlineData(3, "there is no kind 'htpp' (did you mean 'http'?)", "--kind", "htpp", "--url", "http://127.0.0.1/")]
    [InlineData(3, "--url: a scheme is missing; write http://127.0.0.1:80/ok, or one of http://, ", "--url", "127.0.0.1:80/ok")]
    [InlineData(3, "--url: no kind speaks this scheme; write one of http://, ", "--url", "gopher://127.0.0.1/")]
    [InlineData(3, "there is no option '--metod' (did you mean '--method'?); check --kind http --help lists them", "--kind", "http",
        "--metod", "GET")]
    [InlineData(3, "--kind and --url need no file; leave out names, --all and --config", "--kind", "http", "orders")]
    [InlineData(3, "--kind and --url need no file", "--url", "http://127.0.0.1/", "--config", "agent.yaml")]
    [InlineData(3, "write --url http://127.0.0.1/", "http://127.0.0.1/")]
    [InlineData(3, "name the checks to run, or write --all; or check a target without a file: --url URL, or --kind KIND")]
    [InlineData(3, "--mode: Argument 'foo' not recognized. Must be one of: 'light' 'full'; ", "--mode", "foo", "--all")]
    [InlineData(3, "--output: Argument 'xml' not recognized. Must be one of: 'text' 'json'; ", "--all", "--output", "xml")]
    [InlineData(3, "--mode and --tier go with --all", "--tier", "functional")]
    [InlineData(3, "--tier", "--tier")]
    [InlineData(3, "--method", "--url", "http://127.0.0.1/", "--method", "GET", "--method", "HEAD")]
    public async Task Mistakes_NameTheOption_AndAreNoOutcome(int code, string message, params string[] arguments)
    {
        var (found, output, errors) = await AgentProcess.RunAsync(["check", .. arguments]);

        (found, output.Trim()).ShouldBe((code, ""), errors);
        errors.ShouldContain(message);
        errors.ReplaceLineEndings("\n").Count('\n').ShouldBeLessThanOrEqualTo(3, errors);
        errors.ShouldNotContain("ss@host");
    }

    [Fact]
    public async Task Secrets_WrittenLiterally_AreNoted()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        string[] check = ["check", "--url", $"http://probe:in-the-url@127.0.0.1:{port}/", "--header", "Authorization: Bearer abcdef"];
        await using var process = AgentProcess.Start(
            [.. check, "--header", "X-Key: ${env:PROBE_KEY}"], environment: ("PROBE_KEY", "in-the-environment"));

        var (code, output, errors) = await process.EndAsync();

        code.ShouldBe(2);
        var notes = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        notes.Select(note => note.Split(' ')[1]).ShouldBe(["--url", "--headers"]);
        notes[0].ShouldEndWith("write '${env:NAME}' or '${file:PATH}' in its place");
        foreach (var secret in (string[])["in-the-url", "abcdef", "in-the-environment"])
        {
            (output + errors).ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task Secrets_FromTheEnvironment_AreNotNoted()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var process = AgentProcess.Start(
            ["check", "--url", $"http://127.0.0.1:{port}/", "--username", "probe", "--password", "${env:PW}"], environment: ("PW", "pw"));

        (await process.EndAsync()).Errors.ShouldBe("");
    }

    [Fact]
    public async Task Help_OfAKind_ListsItsSettings()
    {
        var (code, output, _) = await AgentProcess.RunAsync("check", "--kind", "redis", "--help");

        code.ShouldBe(0);
        foreach (var option in (string[])["--address <ADDRESS>", "--password <SECRET>", "--tls.ca", "--expect <CONDITION>", "--timeout"])
        {
            output.ShouldContain(option);
        }

        output.ShouldNotContain("--followRedirects");
    }

    [Theory]
    [InlineData("check", "check --all --output json | jq ")]
    [InlineData("init", "init --from-env")]
    [InlineData("list", "list --expanded")]
    [InlineData("kinds", "kinds http")]
    public async Task Help_OfACommand_EndsWithExamples(string command, string example)
    {
        var (code, output, errors) = await AgentProcess.RunAsync(command, "--help");

        (code, errors).ShouldBe((0, ""));
        output[output.IndexOf("\nExamples:\n", StringComparison.Ordinal)..].ShouldContain($"  health-agent {example}");
    }
}
