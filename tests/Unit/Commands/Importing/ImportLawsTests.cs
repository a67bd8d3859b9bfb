using CsCheck;
using HealthAgent.Agent.Commands.Importing;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;
using static HealthAgent.Unit.Commands.Importing.ForeignConfigurations;

namespace HealthAgent.Unit.Commands.Importing;

/// <summary>What holds of every import, whatever stands in the file.</summary>
public sealed class ImportLawsTests
{
    private const string Novelty = "novelty";
    private const int NoveltysLine = 9999;

    private static readonly KindIndex Kinds = new(CheckKinds.All);

    private static readonly string[] Words =
    [
        "modules", "prober", "http", "tcp", "grpc", "timeout", "headers", "http_headers", "values", "body", "method", "tls_config",
        "ca_file",
        "fail_if_header_matches", "header", "regexp", "query_response", "body_size_limit", "valid_status_codes", "scrape_configs", "params",
        "module", "static_configs", "targets", "labels", "job_name", "endpoints", "name", "group", "url", "conditions", "interval",
        "client",
        "alerts", "failure-threshold", "extra-labels", "maintenance", "start", "duration", "every", "external-endpoints", "heartbeat",
        "token",
        "connectivity", "checker", "target", "monitorList", "type", "keyword", "jsonPath", "expectedValue", "tags", "value", "hostname",
        "port",
        "maxretries", "accepted_statuscodes", "databaseConnectionString", "parent", "id", "basic_auth", "username", "password", "graphql",
    ];

    private static readonly string[] Texts =
    [
        "http", "tcp", "json-query", "postgres", "redis", "rabbitmq", "push", "https://a.example/x", "http://u:p@h/", "tcp://a:1",
        "a:1", "m",
        "5s", "1h", "0", "-1", "1e9", "99999999999999999999", "true", "null", "~", "", " ", "POST", "post it", "[STATUS] == 200", "200-299",
        "[BODY].a.b[0] == pat(a*'\"b)", "[BODY] == any(, )", "[STATUS] == any()", "(", "(?P<a>b)", "${A}", "$A ${", "${file:/not/here}",
        "a\nb",
        "\u0001", "\ud800", "ö ß", "- x", "# y", "{a: b}", "*", "&a", "'", "\"", "\"'", "a: b", "23:00", "Monday", "1MB",
        "[\"http://a\"]", "{\"a\": 1}",
    ];

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static Gen<YamlNode> Nodes(int depth) => depth == 0 ? Scalars : Gen.Frequency(
        (3, Scalars),
        (1, Nodes(depth - 1).Array[0, 3].Select(items => (YamlNode)new YamlList(new Location(1, 1), items))),
        (4, Maps(depth).Select(map => (YamlNode)map)));

    private static Gen<YamlNode> Scalars =>
        Gen.Select(OneOf(Texts), Gen.Bool).Select((text, isPlain) => (YamlNode)new YamlScalar(new Location(1, 1), text, isPlain));

    private static Gen<YamlMap> Maps(int depth) => Gen.Select(OneOf(Words), Nodes(depth - 1)).Array[0, 8].Select(entries =>
        new YamlMap(new Location(1, 1), entries.DistinctBy(entry => entry.Item1, StringComparer.Ordinal).ToDictionary(
            entry => entry.Item1, entry => new YamlEntry(new Location(1, 1), entry.Item2), StringComparer.Ordinal)));

    [Fact]
    public void Import_OfAnyTree_IsValid() => Gen.Select(OneOf(["modules", "endpoints", "monitorList", "scrape_configs"]), Maps(5), Maps(5))
        .Sample((section, inner, other) =>
        {
            // So that there is something to read.
            var list = section == "modules" ? (YamlNode)Map(("m", inner), ("n", other)) : new YamlList(new Location(1, 1), [inner, other]);
            foreach (var file in Import(new ImportInput("input", Map((section, list)))))
            {
                var yaml = file.ToYaml();
                Configured.Read(yaml, ("A", "1")).Errors.ShouldBeEmpty(yaml);
                file.Lines().ShouldAllBe(line => PlainText.IsLine(line));
            }
        }, iter: 500);

    /// <summary>A key that nobody knows is reported or taken over, wherever it stands; or what it stands in was reported as a
    /// whole.</summary>
    [Theory]
    [InlineData(Blackbox, false)]
    [InlineData(Gatus, false)]
    [InlineData(UptimeKuma, true)]
    public void Key_ThatNobodyKnows_IsNotDropped(string text, bool isJson)
    {
        var root = ImportInput.Parse(text, isJson, new ConfigurationErrors("input")).ShouldNotBeNull();
        var tried = 0;
        foreach (var (changed, path) in Changed(root, []))
        {
            var file = Import(new ImportInput("input", (YamlMap)changed)).ElementAt(isJson ? 2 : text == Gatus ? 1 : 0);
            var lines = file.Lines().ToList();
            var found = file.ToYaml().Contains(Novelty, StringComparison.Ordinal)
                || lines.Exists(line => line.StartsWith($"input:{NoveltysLine}:", StringComparison.Ordinal)
                    || path.Any(outer => line.StartsWith($"input:{outer}:", StringComparison.Ordinal)));
            found.ShouldBeTrue($"in the mapping of line {path[^1]}: {string.Join('\n', lines)}");
            tried++;
        }

        tried.ShouldBeGreaterThan(3);
    }

    /// <summary>The tree with one more key in one of its mappings, and the lines of what that stands in.</summary>
    private static IEnumerable<(YamlNode Node, List<int> Path)> Changed(YamlNode node, List<int> path)
    {
        switch (node)
        {
            case YamlMap map:
                var entryOfNobody = new YamlEntry(new Location(NoveltysLine, 1), YamlScalar.Plain("x"));
                yield return (With(map, Novelty, entryOfNobody), [.. path, map.Where.Line]);
                foreach (var (key, entry) in map.Entries)
                {
                    foreach (var (changed, inner) in Changed(entry.Value, [.. path, entry.KeyWhere.Line]))
                    {
                        yield return (With(map, key, entry with { Value = changed }), inner);
                    }
                }

                break;
            case YamlList list:
                foreach (var (index, item) in list.Items.Index())
                {
                    foreach (var (changed, inner) in Changed(item, [.. path, item.Where.Line]))
                    {
                        yield return (list with { Items = [.. list.Items.Take(index), changed, .. list.Items.Skip(index + 1)] }, inner);
                    }
                }

                break;
        }
    }

    private static YamlMap With(YamlMap map, string key, YamlEntry entry) =>
        map with { Entries = new OrderedDictionary<string, YamlEntry>(map.Entries, StringComparer.Ordinal) { [key] = entry } };

    private static YamlMap Map(params (string Key, YamlNode Value)[] entries) => new(new Location(1, 1), entries.ToDictionary(
        entry => entry.Key, entry => new YamlEntry(new Location(1, 1), entry.Value), StringComparer.Ordinal));

    private static IEnumerable<ImportedFile> Import(ImportInput input)
    {
        var fit = new Fit(Kinds, static _ => null);
        return [BlackboxImport.Of(input, input, fit), GatusImport.Of(input, fit), UptimeKumaImport.Of(input, fit)];
    }
}
