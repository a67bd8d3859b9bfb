using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands.Importing;

public sealed class ImportCommandTests
{
    private const string Gatus = "endpoints: [{name: web, url: 'https://shop.example/', ui: {}}, {name: ping, url: 'icmp://a'}]\n";

    [Fact]
    public async Task Import_OfAFile_PrintsTheConfigurationAndReportsOnStandardError()
    {
        using var file = new ConfigurationText(Gatus);

        var (code, output, errors) = await AgentProcess.RunAsync("import", "gatus", file.Path);

        code.ShouldBe(0);
        errors.ShouldBe($"{file.Path}:1: endpoints[web].ui: there is no page in this version; not taken over\n"
            + $"{file.Path}:1: endpoints[ping]: needs the kind icmp, which is not available in this version; not taken over\n");
        output.ShouldContain($"  # {file.Path}:1: endpoints[web].ui: there is no page in this version; not taken over\n  - name: web\n");
        using var written = new ConfigurationText(output);
        (await AgentProcess.RunAsync("validate", "--config", written.Path)).ShouldBe((0, $"{written.Path} is valid: 1 check\n", ""));
    }

    [Theory]
    [InlineData("--to")]
    [InlineData("--config")]
    public async Task Import_ToAFile_WritesItAsInitDoes(string option)
    {
        using var file = new ConfigurationText(Gatus);
        using var target = new ConfigurationText("checks: []\n");

        var (code, output, errors) = await AgentProcess.RunAsync("import", "gatus", file.Path, option, target.Path);
        (code, output).ShouldBe((73, ""));
        errors.ShouldEndWith($"{target.Path} is there already; write --force to overwrite it, or another name\n");

        (code, output, _) = await AgentProcess.RunAsync("import", "gatus", file.Path, option, target.Path, "--force");
        (code, output).ShouldBe((0, $"{target.Path} is written. Next: "
            + $"health-agent validate --config {target.Path}, health-agent check --all --config {target.Path}\n"));
        (await File.ReadAllTextAsync(target.Path, TestContext.Current.CancellationToken)).ShouldContain("- name: web");
    }

    [Fact]
    public async Task Import_OfStandardInput_ReadsIt()
    {
        using var file = new ConfigurationText(Gatus);
        await using var import = AgentProcess.StartBehind($"exec < {file.Path}", ["import", "gatus", "-"], directory: null);

        var (code, output, errors) = await import.EndAsync();

        code.ShouldBe(0);
        output.ShouldStartWith("# Made from standard input (Gatus)");
        errors.ShouldStartWith("standard input:1: endpoints[web].ui: ");
    }

    [Theory]
    [InlineData("gatus", "a: [", ":2:1: invalid YAML: ")]
    [InlineData("uptime-kuma", "{\n\"a\": }", ":2:6: invalid JSON")]
    [InlineData("uptime-kuma", "[]", ":1:1: a JSON object is expected")]
    [InlineData("blackbox", "[]", ":1:1: the file must be a mapping")]
    public async Task Import_OfADamagedFile_IsAConfigurationError(string program, string text, string error)
    {
        using var file = new ConfigurationText(text);

        var (code, output, errors) = await AgentProcess.RunAsync("import", program, file.Path);

        (code, output).ShouldBe((78, ""));
        errors.ShouldStartWith($"{file.Path}{error}");
    }

    [Fact]
    public async Task Import_OfAFileThatIsNotThere_IsAConfigurationError() =>
        (await AgentProcess.RunAsync("import", "gatus", "/not/here")).ShouldBe((78, "", "/not/here:1:1: the file does not exist\n"));
}
