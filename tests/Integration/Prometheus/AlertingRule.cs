using HealthAgent.Integration.Support;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace HealthAgent.Integration.Prometheus;

/// <summary>An alerting rule of <c>deploy/prometheus/rules</c>.</summary>
internal sealed record AlertingRule(string Name, string Severity, string? For, IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder().IgnoreUnmatchedProperties()
        .WithNamingConvention(UnderscoredNamingConvention.Instance).Build();

    /// <summary>All rules.</summary>
    public static IReadOnlyList<AlertingRule> Deployed =>
    [
        .. Read<RuleFile>("deploy/prometheus/rules").SelectMany(file => file.Groups).SelectMany(group => group.Rules)
            .Where(rule => rule.Alert is not null)
            .Select(rule => new AlertingRule(rule.Alert!, rule.Labels.GetValueOrDefault("severity", ""), rule.For, rule.Annotations)),
    ];

    /// <summary>The alerts that promtool's tests expect: by name, with severity, or none.</summary>
    public static IReadOnlySet<(string Name, string Severity)> Expected => Read<TestFile>("tests/prometheus")
        .SelectMany(file => file.Tests).SelectMany(test => test.AlertRuleTest)
        .SelectMany(expected =>
            expected.ExpAlerts.Select(alert => alert.ExpLabels["severity"]).DefaultIfEmpty("")
                .Select(severity => (expected.Alertname, severity)))
        .ToHashSet();

    /// <summary>An annotation; empty if missing.</summary>
    public string Text(string annotation) => Annotations.GetValueOrDefault(annotation, "");

    public override string ToString() => $"{Name} ({Severity})";

    private static IEnumerable<T> Read<T>(string folder) =>
        Directory.GetFiles(Repository.PathOf(folder), "*.yml").Select(file => Yaml.Deserialize<T>(File.ReadAllText(file)));

    // Prometheus's template functions, as far as used here.
    private sealed class RuleFile
    {
        public List<Group> Groups { get; init; } = [];
    }

    private sealed class Group
    {
        public List<Rule> Rules { get; init; } = [];
    }

    private sealed class Rule
    {
        public string? Alert { get; init; }

        public string? For { get; init; }

        public Dictionary<string, string> Labels { get; init; } = [];

        public Dictionary<string, string> Annotations { get; init; } = [];
    }

    private sealed class TestFile
    {
        public List<RuleTest> Tests { get; init; } = [];
    }

    private sealed class RuleTest
    {
        public List<AlertTest> AlertRuleTest { get; init; } = [];
    }

    private sealed class AlertTest
    {
        public string Alertname { get; init; } = "";

        public List<ExpectedAlert> ExpAlerts { get; init; } = [];
    }

    private sealed class ExpectedAlert
    {
        public Dictionary<string, string> ExpLabels { get; init; } = [];
    }
}
