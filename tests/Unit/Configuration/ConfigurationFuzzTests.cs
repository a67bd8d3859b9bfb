using HealthAgent.Files;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Configuration;

public sealed class ConfigurationFuzzTests
{
    private static readonly string[] Yaml =
    [
        "agent", "checks", "name", "kind", "http", "tcp", "url", "expect", ": ", ":\n", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}",
            ", ", "&a ", "*a ",
        "<<: ", "\"", "'", "|", ">", "?", "!", "!!str ", "%", "@", "`", "#", "---\n", "...\n", "\t", "~", "null", "1", "${env:A}", "${",
            "\r", "\\", "\ufeff", "\0",
    ];

    private static readonly string[] References =
        ["${", "$", "{", "}", "env", "file", ":", ":-", "NAME", "/", "/tmp", "/no/such", "A", "$${", "\n", " ", "${env:NAME}",
            "${env:NONE:-", "${file:"];

    [Fact]
    public void Files_OfAnyText_AreReadOrExplained() => Fuzz.Feed(Yaml, 40, text =>
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var root = YamlTree.Read(text, errors);
        (root is not null || errors.Any).ShouldBeTrue();
        errors.ToLines().ShouldAllBe(line => line.StartsWith("agent.yaml:", StringComparison.Ordinal));
    });

    [Fact]
    public void Configurations_OfAnyText_AreReadOrExplained() =>
        Fuzz.Feed(Yaml, 40, text => Configured.Read(text).Errors.ShouldNotBeNull());

    [Fact]
    public void Configurations_CutAnywhere_AreReadOrExplained()
    {
        var whole = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "agent.yaml"));
        for (var length = 0; length < whole.Length; length += 7)
        {
            Should.NotThrow(() => Configured.Read(whole[..length]), $"cut at {length}");
        }
    }

    [Fact]
    public void Values_OfAnyText_AreReplacedOrExplained() => Fuzz.Feed(References, 15, text =>
    {
        var value = new Substitution(name => name == "NAME" ? "value" : null, new FilesRead()).Apply(text, out var error);
        (value is null).ShouldBe(error is not null);
    });
}
