using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class ValidateTests
{
    [Fact]
    public async Task Validate_AValidFile_SaysHowManyChecksThereAre()
    {
        using var file = new ConfigurationText(
            "checks:\n  - { name: a, kind: tcp, address: 127.0.0.1:1 }\n  - { name: b, kind: tcp, address: 127.0.0.1:2 }\n");

        (await AgentProcess.RunAsync("validate", "--config", file.Path)).ShouldBe((0, $"{file.Path} is valid: 2 checks\n", ""));
    }

    [Fact]
    public async Task Validate_OneCheck_SpeaksOfOne()
    {
        using var file = new ConfigurationText("checks:\n  - { name: a, kind: tcp, address: 127.0.0.1:1 }\n");

        (await AgentProcess.RunAsync("-c", file.Path, "validate")).ShouldBe((0, $"{file.Path} is valid: 1 check\n", ""));
    }

    [Fact]
    public async Task Validate_WhatTheFileSays_IsTakenFromTheDirectoryOrTheEnvironment()
    {
        using var file = new ConfigurationText("checks: []\n");

        await using var there = AgentProcess.Start(["validate"], file.Directory);
        (await there.EndAsync()).ShouldBe((0, "agent.yaml is valid: 0 checks\n", ""));

        await using var named = AgentProcess.Start(["validate"], environment: [("HEALTH_AGENT_CONFIG", file.Path)]);
        (await named.EndAsync()).ShouldBe((0, $"{file.Path} is valid: 0 checks\n", ""));
    }

    [Fact]
    public async Task Validate_ManyMistakes_TellsAllAtOnceEachWithItsPlace()
    {
        using var file = new ConfigurationText(
            "defaults:\n  interval: soon\nchecks:\n  - name: a\n    kind: tpc\n    address: 127.0.0.1:1\n  - name: b\n    kind: tcp\n    "
                + "adress: 127.0.0.1:1\n");

        var (code, output, errors) = await AgentProcess.RunAsync("validate", "--config", file.Path);

        (code, output).ShouldBe((78, ""));
        var lines = errors.TrimEnd('\n').Split('\n');
        lines[..^1].ShouldAllBe(line => line.StartsWith(file.Path + ":", StringComparison.Ordinal));
        lines.ShouldContain(line =>
            line.StartsWith($"{file.Path}:2:", StringComparison.Ordinal) && line.Contains("defaults.interval", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("did you mean 'tcp'?", StringComparison.Ordinal));
        lines.ShouldContain(line =>
            line.StartsWith($"{file.Path}:9:", StringComparison.Ordinal)
                && line.Contains("did you mean 'address'?", StringComparison.Ordinal));
        lines[^1].ShouldStartWith($"{file.Path}: {lines.Length - 1} errors");
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("run")]
    public async Task AnyCommand_AFileThatIsNotThere_IsAConfigurationError(string command)
    {
        var path = Path.Combine(Path.GetTempPath(), "health-agent-is-not-here.yaml");

        var (code, _, errors) = await AgentProcess.RunAsync(command, "--config", path);

        code.ShouldBe(78);
        errors.ShouldContain(path);
        errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_AWrongFile_StartsNothing()
    {
        using var file = new ConfigurationText("checks:\n  - name: a\n");

        var (code, output, errors) = await AgentProcess.RunAsync("run", "--config", file.Path);

        (code, output).ShouldBe((78, ""));
        errors.ShouldContain("nothing was started");
    }
}
