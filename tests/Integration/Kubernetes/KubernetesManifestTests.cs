using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>The manifests of <c>deploy/kubernetes</c>, as kubectl prints them.</summary>
public sealed class KubernetesManifestTests : IDisposable
{
    private const string Overlays = "deploy/kubernetes/overlays";

    private readonly string _folder = TemporaryFolder.Create("kustomize-").FullName;

    public static TheoryData<string> Names => ["standalone", "daemonset", "sidecar"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("standalone", "ConfigMap Deployment NetworkPolicy PodDisruptionBudget Service ServiceAccount")]
    [InlineData("daemonset", "ConfigMap DaemonSet NetworkPolicy Service ServiceAccount")]
    [InlineData("sidecar", "ConfigMap Deployment Service")]
    public async Task Overlay_OfEitherKubectl_IsWhatKubernetesKnows(string overlay, string kinds)
    {
        var manifests = await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}");

        Kinds(manifests).ShouldBe(kinds);
        if (TestEnvironment.LaterKubectlOrNull is { } later)
        {
            (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}", later)).Text.ShouldBe(manifests.Text);
        }
    }

    [Theory]
    [InlineData("readOnlyRootFilesystem", "readonlyRootFilesystem")]
    [InlineData("livenessProbe", "livenesProbe")]
    [InlineData("terminationGracePeriodSeconds", "terminationGracePeriod")]
    public async Task Overlay_WithAKeyMisspelt_IsRefused(string right, string wrong)
    {
        var text = (await Manifests.OfKustomizationAsync($"{Overlays}/standalone")).Text;
        text.ShouldContain(right);

        Should.Throw<YamlException>(() => new Manifests(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    // As far as kubectl judges without an API server: it decodes them into its own types.
    [Theory]
    [InlineData("standalone", "revisionHistoryLimit: 3", 0)]
    [InlineData("standalone", "revisionHistoryLimit: three", 1)]
    [InlineData("daemonset", "revisionHistoryLimit: 3", 0)]
    [InlineData("sidecar", "revisionHistoryLimit: 3", 0)]
    public async Task Workload_ByKubectl_IsDecoded(string overlay, string more, int expected)
    {
        var documents = (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}")).Text.Split("---\n");
        var workload = documents.Single(text => text.Contains("\n  template:", StringComparison.Ordinal))
            .Replace("\n  template:", $"\n  {more}\n  template:", StringComparison.Ordinal);

        var (exitCode, output) = await ChildProcess.RunAsync(
            TestEnvironment.Kubectl, ["set", "image", "--local", "-f", "-", "agent=registry.example/agent:1", "-o", "yaml"], workload);

        exitCode.ShouldBe(expected, output);
        output.ShouldContain(expected == 0 ? "image: registry.example/agent:1" : "unable to decode");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Pods_OfAnOverlay_MayDoNothingThatTheyNeedNot(string overlay)
    {
        var pod = (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}")).Workloads.Single().Spec;

        // On a node, its files are what there is to watch: read-only, with all that is mounted in them.
        PodSecurity.ViolationsOf(pod).ShouldBe(overlay == "daemonset" ? ["volume node is the node's"] : []);
        pod.Containers.SelectMany(container => container.VolumeMounts).Where(mount => mount.Name == "node")
            .ShouldAllBe(mount => mount.ReadOnlyProperty == true && mount.RecursiveReadOnly == "IfPossible");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Agent_OfAnOverlay_IsTheOneOfTheBase(string overlay)
    {
        var agent = (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}")).Agent;
        var expected = (await Manifests.OfKustomizationAsync($"{Overlays}/standalone")).Agent;

        KubernetesJson.Serialize(agent.Env).ShouldBe(KubernetesJson.Serialize(expected.Env));
        agent.Image.ShouldBe(expected.Image);
        agent.Ports.Select(port => port.ContainerPort).ShouldBe(expected.Ports.Select(port => port.ContainerPort));
        agent.VolumeMounts.Select(mount => mount.MountPath).Except(["/host"], StringComparer.Ordinal)
            .ShouldBe(expected.VolumeMounts.Select(mount => mount.MountPath));
        agent.LivenessProbe.HttpGet.Path.ShouldBe("/livez");
        agent.ReadinessProbe.ShouldBeNull("a watched service that is down must not take the agent out of service");
        agent.Resources.Limits.Keys.ShouldBe(["memory"], "a limit on CPU makes checks late");
    }

    [Theory]
    [InlineData("standalone", 30)]
    [InlineData("daemonset", 30)]
    [InlineData("sidecar", 30)]
    public async Task Pod_BeforeItIsKilled_HasTimeForTheDrainAndForWhatIsInFlight(string overlay, int seconds)
    {
        var pod = (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}")).Workloads.Single().Spec;

        // The default drain, and what docs/operating.md asks for besides.
        pod.TerminationGracePeriodSeconds.ShouldBe(seconds);
        seconds.ShouldBeGreaterThanOrEqualTo(5 + 5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Configuration_OfAnOverlay_IsValid(string overlay)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(_folder, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "viewer-token"), "a-token-of-some-length");
        var file = Path.Combine(_folder, "agent.yaml");
        await File.WriteAllTextAsync(file, (await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}")).AgentYaml
            .Replace("/run/secrets/health-agent", secrets, StringComparison.Ordinal));

        await using var agent = AgentProgram.Start(["validate", "--config", file], _folder, ("K8S_NODE_NAME", "a-node"));

        (await agent.ExitAsync()).ShouldBe(0, agent.Output);
    }

    [Fact]
    public async Task NetworkPolicy_OfAnOverlay_HoldsForItsOwnPodsOnly()
    {
        foreach (var overlay in new[] { "standalone", "daemonset" })
        {
            var manifests = await Manifests.OfKustomizationAsync($"{Overlays}/{overlay}");
            var pods = manifests.Workloads.Single().Pod.Labels;

            manifests.One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels.ShouldBe(pods);
            manifests.One<V1Service>().Spec.Selector.ShouldBe(pods);
        }
    }

    [Fact]
    public async Task Components_OnTopOfAnOverlay_AddMonitors_RulesAndDashboards()
    {
        var manifests = await MonitoredAsync("standalone");

        Kinds(manifests).ShouldBe(
            "ConfigMap Deployment NetworkPolicy PodDisruptionBudget PrometheusRule Service ServiceAccount ServiceMonitor");
        manifests.Workloads.Single().Pod.Annotations.ShouldBeNull("it would be scraped twice");
        var (monitor, service) = (manifests.One<ServiceMonitor>().Spec, manifests.One<V1Service>());
        monitor.Selector.MatchLabels.ShouldAllBe(label => service.Metadata.Labels[label.Key] == label.Value);
        service.Metadata.Labels[monitor.JobLabel].ShouldBe("health-agent");
        service.Spec.Ports.Select(port => port.Name).ShouldContain(monitor.Endpoints.Single().Port, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Dashboards_AsConfigMaps_AreThoseOfTheirFolder() =>
        (await MonitoredAsync("daemonset")).Dashboards.ShouldBe(Manifests.DashboardFiles);

    [Fact]
    public async Task Rules_AsAPrometheusRule_AreAcceptedByPrometheus()
    {
        var rule = (await MonitoredAsync("standalone")).One<PrometheusRule>();
        var file = Path.Combine(_folder, "rules.json");
        await File.WriteAllTextAsync(file, KubernetesJson.Serialize(new { groups = rule.Spec.Groups }));

        var (exitCode, output) = await ChildProcess.RunAsync(TestEnvironment.Promtool, ["check", "rules", file]);

        exitCode.ShouldBe(0, output);
    }

    /// <summary>An overlay with all components, as somebody's own kustomization would have it.</summary>
    private async Task<Manifests> MonitoredAsync(string overlay)
    {
        string From(string folder) => Path.GetRelativePath(_folder, Repository.PathOf(folder));
        await File.WriteAllTextAsync(Path.Combine(_folder, "kustomization.yaml"), $"""
            resources: ["{From($"{Overlays}/{overlay}")}"]
            components:
              - "{From("deploy/kubernetes/components/prometheus-operator")}"
              - "{From("deploy/kubernetes/components/grafana")}"
            """);
        return await Manifests.OfKustomizationAsync(_folder);
    }

    private static string Kinds(Manifests manifests) => string.Join(
        ' ', manifests.Objects.Select(one => one is IKubernetesObject known ? known.Kind : one.GetType().Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
