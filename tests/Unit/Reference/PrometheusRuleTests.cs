using System.Text;

namespace HealthAgent.Unit.Reference;

/// <summary>The rules of <c>deploy/prometheus</c> as the Prometheus operator takes them.</summary>
public sealed class PrometheusRuleTests
{
    private const string Head = """
        # Generated from deploy/prometheus/rules, and held equal by a test.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: health-agent
        spec:
          groups:

        """;

    [Fact]
    public void PrometheusRule_IsWhatTheRuleFilesSay()
    {
        var text = new StringBuilder(Head);
        foreach (var file in Directory.GetFiles(GeneratedFile.PathOf("deploy/prometheus/rules"), "*.yml").Order(StringComparer.Ordinal))
        {
            var groups = File.ReadAllText(file).Split("groups:\n", 2)[1].TrimEnd('\n').Split('\n');
            text.AppendJoin('\n', groups.Select(line => line.Length == 0 ? line : $"  {line}")).Append('\n');
        }

        GeneratedFile.ShouldBeUpToDate("deploy/kubernetes/components/prometheus-operator/prometheusrule.yaml", text.ToString());
    }
}
