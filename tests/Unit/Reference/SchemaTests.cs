using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;
using HealthAgent.Unit.Support;
using Json.Schema;

namespace HealthAgent.Unit.Reference;

/// <summary>The JSON Schema of <c>agent.yaml</c>, by an independent validator.</summary>
public sealed partial class SchemaTests
{
    private static readonly string Text = ConfigurationSchema.Of(new KindIndex(CheckKinds.All));
    private static readonly JsonSchema Schema = JsonSchema.FromText(Text);

    // Of other programs: pods of Kubernetes, and kustomize.
    private static readonly string[] OtherRoots =
        ["env", "readinessProbe", "livenessProbe", "resources", "images", "configMapGenerator", "components"];

    private static readonly string[] Values =
    [
        "~", "''", "a", "1", "0", "-1", "1.2", "'1.2'", "1.3", "true", "'false'", "True", "10s", "0s", "'1m 30s'", "1d", ".5s", "1.s",
        "10MiB", "5 kb", "99.9%", "99.9",
        "'h:1'", "'[::1]:1'", "http://h/", "https://u:p@h:1/x?y", "redis://h", "amqp://h", "Host=h", "/x", "'C:\\x'", "[a]", "[]", "[1, b]",
        "[true]", "{a: b}", "{a: ~}", "{}", "GET",
        "none", "critical", "functional", "liveness", "${env:NAME}", "'x${env:NAME}'", "latency < 5s", "[latency < 5s, 'latency > 1ms']",
        "2026-11-28T22:00:00Z",
        "{ca: x}", "{insecureSkipVerify: true}", "{insecureSkipVerify: 'False'}", "{minVersion: 1.2}", "{minVersion: '1.3'}",
        "{serverName: a}", "{enabled: false}", "{prefix: a}",
    ];

    public static TheoryData<string> KindNames => [.. CheckKinds.All.Select(static kind => kind.Name)];

    [Fact]
    public void File_InTheRepository_IsUpToDate() => GeneratedFile.ShouldBeUpToDate("agent.schema.json", Text);

    [Fact]
    public void Schema_IsOneOfItsDraft() => MetaSchemas.Draft202012.Evaluate(JsonDocument.Parse(Text).RootElement).IsValid.ShouldBeTrue();

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

    [Theory]
    [InlineData("{}")]
    [InlineData("checks: ~")]
    [InlineData("checks: {a: b}")]
    [InlineData("checks: []\nchekcs: []")]
    [InlineData("checks: []\nagent: {colour: blue}")]
    [InlineData("checks: []\nagent: {concurrency: 0}")]
    [InlineData("checks: []\ndefaults: {interval: 15}")]
    [InlineData("checks: []\ndefaults: {interval: '15'}")]
    [InlineData("checks: []\ndefaults: {timeout: 5 sec}")]
    [InlineData("checks: []\ndefaults: {objective: 99.9}")]
    [InlineData("checks: []\ndefaults: [interval]")]
    [InlineData("checks: []\nmaintenance: [{name: a, checks: ['*'], cron: '0 2 * * *'}]")]
    [InlineData("checks: [{name: a, kind: tpc, address: 'h:1'}]")]
    [InlineData("checks: [{kind: tcp, address: 'h:1'}]")]
    [InlineData("checks: [{name: a}]")]
    [InlineData("checks: [{name: a, kind: tcp}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: h}]")]
    [InlineData("checks: [{name: a, kind: tcp, adress: 'h:1', address: 'h:1'}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', tier: dependancy}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', retries: many}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', enabled: maybe}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', labels: [a]}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', expect: {latency: 5s}}]")]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', expect: [5]}]")]
    [InlineData("checks: [{name: a, kind: http, url: 'ftp://h/'}]")]
    [InlineData("checks: [{name: a, kind: http, url: 'http://h/', tls: {verify: no}}]")]
    [InlineData("checks: [{name: a, kind: http, url: 'http://h/', tls: true}]")]
    [InlineData("checks: [{name: a, kind: http, url: 'http://h/', method: get}]")]
    [InlineData("checks: [{name: a, kind: http, url: 'http://h/', query: x}]")]
    [InlineData("checks: [{name: a, kind: rabbitmq}]")]
    [InlineData("checks: []\nprobe: {}")]
    [InlineData("checks: []\nprobe: {modules: {a: {kind: http}}}")]
    [InlineData("checks: []\nprobe: {modules: {a: {kind: http, url: 'http://h/'}}, targets: '*'}")]
    [InlineData("checks: []\nprobe: {modules: {a: {kind: postgres}}, targets: '*'}")]
    [InlineData("checks: []\nprobe: {modules: {a: {kind: tcp, headers: {}}}, targets: '*'}")]
    [InlineData("checks: []\nprobe: {modules: {a: {kind: tcp, interval: 5s}}, targets: '*'}")]
    [InlineData("checks: []\nprobe: {modules: [{kind: tcp}], targets: '*'}")]
    public void Configuration_ThatIsWrong_IsRefusedByTheSchemaAndByTheAgent(string yaml)
    {
        ErrorsOf(YamlJson.Of(yaml)!.Value).ShouldNotBeEmpty();
        Configured.Read(yaml).Errors.ShouldNotBeEmpty();
    }

    /// <summary>An editor that marks a right line as wrong is worse than none.</summary>
    [Theory]
    [MemberData(nameof(KindNames))]
    public void Configuration_ThatTheAgentTakes_IsTakenByTheSchema(string name)
    {
        var kind = CheckKinds.All.Single(kind => kind.Name == name);
        var example = YamlJson.Of(KindReference.ExampleOf(kind))!.Value.GetProperty("checks")[0].EnumerateObject().ToList();
        var taken = 0;
        foreach (var setting in HealthAgent.Configuration.CheckSettings.All.Concat(kind.Settings).Select(setting => setting.Name))
        {
            foreach (var value in Values)
            {
                var settings = example.Where(pair => pair.Name != setting).Select(pair => $"{pair.Name}: {pair.Value.GetRawText()}")
                    .Append($"{setting}: {value}");
                var yaml = $"checks: [{{{string.Join(", ", settings)}}}]";
                if (Configured.Read(yaml, ("NAME", "2")).Errors.Count == 0)
                {
                    taken++;
                    ErrorsOf(YamlJson.Of(yaml)!.Value).ShouldBeEmpty(yaml);
                }
            }
        }

        taken.ShouldBeGreaterThan(50);
    }

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

    private static List<string> ErrorsOf(JsonElement configuration)
    {
        var result = Schema.Evaluate(configuration, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(
                detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).DefaultIfEmpty("invalid")];
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
