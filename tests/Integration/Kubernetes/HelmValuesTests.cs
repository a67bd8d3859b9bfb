using HealthAgent.Integration.Support;
using k8s;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>The values of the chart of <c>deploy/helm</c>: which are accepted, and which are documented.</summary>
public sealed class HelmValuesTests
{
    [Theory]
    [InlineData("mode=sidecar", "/mode")]
    [InlineData("replicas=-1", "/replicas")]
    [InlineData("replicas=many", "/replicas")]
    [InlineData("replica=2", "replica")]
    [InlineData("image.repository=", "/image/repository")]
    [InlineData("image.digest=sha256:0", "/image/digest")]
    [InlineData("image.pullPolicy=Sometimes", "/image/pullPolicy")]
    [InlineData("ingress.enabled=true", "/ingress/host")]
    [InlineData("secrets[0]=Not_A_Name", "/secrets/0")]
    [InlineData("terminationGracePeriodSeconds=1", "/terminationGracePeriodSeconds")]
    [InlineData("serviceMonitor.interval=15", "/serviceMonitor/interval")]
    [InlineData("config.checks[0].kind=selff", "/config/checks/0")]
    [InlineData("config.checks[0].kind=http", "url")]
    [InlineData("config.check[0].kind=self", "check")]
    [InlineData("config.agent.drian=5s", "drian")]
    [InlineData("resources.limit.memory=1Gi", "limit")]
    public async Task Values_ThatAreWrong_AreRefused(string value, string named)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(TestEnvironment.Helm, ["template", Manifests.Chart, "--set", value]);

        exitCode.ShouldNotBe(0);
        output.ShouldContain("don't meet the specifications of the schema");
        output.ShouldContain(named);
    }

    [Fact]
    public async Task Readme_HasEveryValue()
    {
        var values = KubernetesYaml.Deserialize<Dictionary<string, object>>(
            await File.ReadAllTextAsync(Path.Combine(Manifests.Chart, "values.yaml")));
        var readme = await File.ReadAllTextAsync(Path.Combine(Manifests.Chart, "README.md"));

        PathsOf(values).Where(path => !readme.Contains($"| `{path}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>The values with a line of their own: of the first level, and of the second where the first groups them.</summary>
    private static IEnumerable<string> PathsOf(Dictionary<string, object> values) => values.SelectMany(value =>
        value.Value is Dictionary<object, object> { Count: > 0 } group
            && value.Key is not ("resources" or "startupProbe" or "livenessProbe")
            ? group.Keys.Select(key => $"{value.Key}.{key}")
            : [value.Key]);
}
