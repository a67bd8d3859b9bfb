using System.Text.RegularExpressions;
using HealthAgent.Unit.Support;
using Json.Schema;
using static HealthAgent.Unit.Reference.AgentSchema;

namespace HealthAgent.Unit.Reference;

/// <summary>Every configuration in the repository and its documentation, held against the schema.</summary>
public sealed partial class WrittenConfigurationsTests
{
    // Of other programs: pods of Kubernetes, and kustomize.
    private static readonly string[] OtherRoots =
        ["env", "readinessProbe", "livenessProbe", "resources", "images", "configMapGenerator", "components"];

    [Fact]
    public void Configurations_OfTheRepository_AreValid()
    {
        var files = new[] { "*.yaml", "*.yml" }.SelectMany(
            pattern => Directory.EnumerateFiles(SourceTree.Root, pattern, SearchOption.AllDirectories))
            .Where(file => !Ignored().IsMatch(Path.GetRelativePath(SourceTree.Root, file).Replace('\\', '/')))
            .Where(file => YamlJson.Of(File.ReadAllText(file)) is { } root && root.TryGetProperty("checks", out _))
            .Where(file => !HasOwnKind(File.ReadAllText(file))).ToList();
        files.ShouldContain(file => file.EndsWith(Path.Combine("deploy", "agent.yaml"), StringComparison.Ordinal));
        files.ShouldContain(file => file.EndsWith("default-agent.yaml", StringComparison.Ordinal));
        foreach (var file in files)
        {
            ErrorsOf(YamlJson.Of(File.ReadAllText(file))!.Value).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void Configurations_OfSamples_NameTheSchema()
    {
        var folders = new[] { "deploy", "samples" }.Select(GeneratedFile.PathOf).Where(Directory.Exists);
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*agent*.yaml", SearchOption.AllDirectories))
            .Where(file => !Ignored().IsMatch(file.Replace('\\', '/')) && YamlJson.Of(File.ReadAllText(file)) is { } root
                && root.TryGetProperty("checks", out _))
            .Where(file => !HasOwnKind(File.ReadAllText(file))))
        {
            var named = SchemaComment().Match(File.ReadAllText(file)).Groups["path"].Value;
            named.ShouldNotBeEmpty(file);
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, named)).ShouldBe(GeneratedFile.PathOf("agent.schema.json"));
        }
    }

    [Fact]
    public void Configurations_OfTheDocumentation_AreValid()
    {
        var found = 0;
        foreach (var page in Directory.EnumerateFiles(GeneratedFile.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Append(GeneratedFile.PathOf("README.md")))
        {
            foreach (Match block in YamlBlock().Matches(File.ReadAllText(page)))
            {
                if (Whole(block.Groups["yaml"].Value) is { } yaml && !HasOwnKind(yaml))
                {
                    found++;
                    ErrorsOf(YamlJson.Of(yaml).ShouldNotBeNull(yaml)).ShouldBeEmpty($"{page}:\n{yaml}");
                }
            }
        }

        found.ShouldBeGreaterThan(12);
    }

    // That of samples/OwnKind: the schema is of the program's kinds.
    private static bool HasOwnKind(string yaml) => yaml.Contains("kind: file-age", StringComparison.Ordinal);

    /// <summary>A block of the documentation as a whole file; null for what is not a configuration.</summary>
    private static string? Whole(string block)
    {
        var keys = Key().Matches(block).Select(match => match.Groups["key"].Value).ToList();
        return keys switch
        {
            _ when block.StartsWith("- name:", StringComparison.Ordinal) => $"checks:\n{block}",
            _ when keys.Contains("checks", StringComparer.Ordinal) => block,
            _ when keys.TrueForAll(key => key is "agent" or "defaults" or "maintenance" or "access") => $"{block}\nchecks: []\n",
            _ when keys.TrueForAll(key => key is "expect" or "warn") =>
                $"checks:\n- name: a\n  kind: http\n  url: http://h/\n  {block.Replace("\n", "\n  ", StringComparison.Ordinal)}",
            _ when keys.Except(OtherRoots, StringComparer.Ordinal).Any() =>
                throw new InvalidDataException($"is this a configuration?\n{block}"),
            _ => null,
        };
    }

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|artifacts|\.[^/]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Ignored();

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("^(?!x-)(?<key>[A-Za-z]+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Key();

    [GeneratedRegex(@"^# yaml-language-server: \$schema=(?<path>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex SchemaComment();
}
