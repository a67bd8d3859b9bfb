using System.Text.Json;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using Json.Schema;
using static HealthAgent.Unit.Reference.AgentSchema;

namespace HealthAgent.Unit.Reference;

/// <summary>The JSON Schema of <c>agent.yaml</c>, by an independent validator.</summary>
public sealed class SchemaTests
{
    private static readonly string[] Minimal =
    [
        "kind: http, url: 'http://h/'", "kind: tcp, address: 'h:1'", "kind: postgres, connectionString: Host=h",
        "kind: redis, address: 'h:1'", "kind: grpc, address: 'h:1'",
        "kind: rabbitmq, connectionString: 'amqp://h'", "kind: self", "kind: disk", "kind: memory", "kind: dagu, url: 'http://h'",
        "kind: scenario, steps: [{name: a, kind: self}]", "kind: heartbeat",
        .. CheckKinds.All.Where(kind => kind.Preset is not null).Select(kind => $"kind: {kind.Name}, url: 'http://h'"),
    ];

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

    public static TheoryData<string> KindNames => [.. Minimal];

    [Fact]
    public void File_InTheRepository_IsUpToDate() => GeneratedFile.ShouldBeUpToDate("agent.schema.json", Text);

    [Fact]
    public void Kinds_AllHaveAMinimum() => Minimal.Length.ShouldBe(CheckKinds.All.Count);

    [Fact]
    public void Schema_IsOneOfItsDraft() => MetaSchemas.Draft202012.Evaluate(JsonDocument.Parse(Text).RootElement).IsValid.ShouldBeTrue();

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
    public void Configuration_ThatTheAgentTakes_IsTakenByTheSchema(string minimal)
    {
        var kind = CheckKinds.All.Single(kind => minimal.Split(',')[0] == $"kind: {kind.Name}");
        var taken = 0;
        foreach (var setting in HealthAgent.Configuration.CheckSettings.All.Concat(kind.Settings).Select(setting => setting.Name))
        {
            foreach (var value in Values)
            {
                var settings = minimal.Split(", ").Prepend("name: a")
                    .Where(pair => !pair.StartsWith($"{setting}:", StringComparison.Ordinal)).Append($"{setting}: {value}");
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
}
