using System.Text.Json.Nodes;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using k8s;
using k8s.Models;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>The chart of <c>deploy/helm</c>, as helm prints it.</summary>
public sealed class HelmChartTests
{
    private static readonly string[] AllOfIt =
    [
        "serviceMonitor.enabled=true", "prometheusRule.enabled=true", "dashboards.enabled=true", "ingress.enabled=true",
        "ingress.host=a.example",
    ];

    public static TheoryData<string> ValueFiles =>
        [.. Directory.GetFiles(Path.Combine(Manifests.Chart, "ci"), "*-values.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(ValueFiles))]
    public async Task Chart_WithValues_PassesStrictLint(string values)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(
            TestEnvironment.Helm, ["lint", "--strict", Manifests.Chart, "--values", Path.Combine(Manifests.Chart, "ci", values)]);

        exitCode.ShouldBe(0, output);
        output.ShouldContain("1 chart(s) linted, 0 chart(s) failed");
    }

    [Theory]
    [MemberData(nameof(ValueFiles))]
    public async Task Chart_WithValues_IsWhatKubernetesKnows_AndMayDoNothingThatItNeedNot(string values)
    {
        var manifests = await Manifests.OfChartAsync("--values", Path.Combine(Manifests.Chart, "ci", values));

        foreach (var (name, _, pod) in manifests.Workloads)
        {
            var isOfNodes = values.StartsWith("daemonset", StringComparison.Ordinal) && !name.EndsWith("-test", StringComparison.Ordinal);
            PodSecurity.ViolationsOf(pod).ShouldBe(isOfNodes ? ["volume node is the node's"] : [], name);
        }
    }

    [Theory]
    [InlineData("everything-values.yaml")]
    [InlineData("daemonset-values.yaml")]
    public async Task Configuration_OfTheChart_IsValid(string values)
    {
        var chart = await Manifests.OfChartAsync("--values", Path.Combine(Manifests.Chart, "ci", values));
        var folder = TemporaryFolder.Create("chart-").FullName;
        foreach (var secret in new[] { "health-agent/viewer-token", "health-agent/operator-token", "orders-db/password" })
        {
            Directory.CreateDirectory(Path.Combine(folder, Path.GetDirectoryName(secret)!));
            await File.WriteAllTextAsync(Path.Combine(folder, secret), $"the-secret-of-{secret}");
        }

        var file = Path.Combine(folder, "agent.yaml");
        await File.WriteAllTextAsync(file, chart.AgentYaml.Replace("/run/secrets", folder, StringComparison.Ordinal));
        await using var agent = AgentProgram.Start(["validate", "--config", file], folder, ("K8S_NODE_NAME", "a-node"));
        var exitCode = await agent.ExitAsync();
        Directory.Delete(folder, recursive: true);

        exitCode.ShouldBe(0, agent.Output);
    }

    // Every switch, on and off, alone and with all others.
    [Fact]
    public async Task Chart_OfEachSwitch_PrintsWhatItSays()
    {
        (string Switch, Type Printed)[] switches =
        [
            ("serviceAccount.create", typeof(V1ServiceAccount)), ("networkPolicy.enabled", typeof(V1NetworkPolicy)),
            ("podDisruptionBudget.enabled", typeof(V1PodDisruptionBudget)), ("ingress.enabled", typeof(V1Ingress)),
            ("serviceMonitor.enabled", typeof(ServiceMonitor)), ("prometheusRule.enabled", typeof(PrometheusRule)),
        ];
        foreach (var (name, printed) in switches)
        {
            foreach (var isOn in new[] { true, false })
            {
                var set = $"{name}={(isOn ? "true" : "false")}";
                (await TemplateAsync([.. AllOfIt, set])).Objects.Any(printed.IsInstanceOfType).ShouldBe(isOn, set);
                (await TemplateAsync(["ingress.host=a.example", set])).Objects.Any(printed.IsInstanceOfType).ShouldBe(isOn, set);
            }
        }
    }

    [Fact]
    public async Task Chart_AsItIs_HasNoIngress_AndNothingOfAnOperator() =>
        (await TemplateAsync([])).Objects.Select(one => one.GetType().Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            nameof(V1ConfigMap), nameof(V1Deployment), nameof(V1NetworkPolicy), nameof(V1Pod), nameof(V1PodDisruptionBudget),
            nameof(V1Service), nameof(V1ServiceAccount),
        ]);

    [Theory]
    [InlineData("standalone")]
    [InlineData("daemonset")]
    public async Task Chart_InSubstance_IsTheOverlayOfItsMode(string mode)
    {
        var overlay = await Manifests.OfKustomizationAsync($"deploy/kubernetes/overlays/{mode}");
        var limits = overlay.Agent.Resources;
        var chart = await TemplateAsync(
        [
            $"mode={mode}", "tokens.existingSecret=health-agent",
            .. limits.Requests.Select(limit => $"resources.requests.{limit.Key}={limit.Value}"),
            .. limits.Limits.Select(limit => $"resources.limits.{limit.Key}={limit.Value}"),
        ]);

        SubstanceOf(chart).ShouldBe(SubstanceOf(overlay));
    }

    [Fact]
    public async Task Rules_AndDashboards_OfTheChart_AreThoseOfTheComponents()
    {
        var chart = await TemplateAsync(AllOfIt);
        var component = new Manifests(
            await File.ReadAllTextAsync(Repository.PathOf("deploy/kubernetes/components/prometheus-operator/prometheusrule.yaml")));

        SortedJson(chart.One<PrometheusRule>().Spec).ShouldBe(SortedJson(component.One<PrometheusRule>().Spec));
        chart.Dashboards.ShouldBe(Manifests.DashboardFiles);
    }

    [Fact]
    public async Task Test_OfTheChart_AsksItsServiceForItsProbe()
    {
        var chart = await TemplateAsync([]);
        var (service, pod) = (chart.One<V1Service>(), chart.One<V1Pod>());

        pod.Metadata.Annotations["helm.sh/hook"].ShouldBe("test");
        pod.Spec.Containers.Single().Image.ShouldBe(chart.Agent.Image);
        var url = new Uri(pod.Spec.Containers.Single().Args[^1]);
        url.Host.ShouldBe(service.Name());
        service.Spec.Ports.Single(port => port.Name == "probes").Port.ShouldBe(url.Port);
        url.AbsolutePath.ShouldBe(chart.Agent.LivenessProbe.HttpGet.Path);
    }

    private static Task<Manifests> TemplateAsync(IEnumerable<string> values) =>
        Manifests.OfChartAsync(values.SelectMany(value => new[] { "--set", value }));

    /// <summary>What matters of the objects: all but labels and the version of the image.</summary>
    private static string SubstanceOf(Manifests manifests)
    {
        var pod = manifests.Workloads.Single(workload => !workload.Name.EndsWith("-test", StringComparison.Ordinal)).Spec;
        foreach (var container in pod.Containers)
        {
            container.Image = container.Image.Split(':')[0];
        }

        var policy = manifests.One<V1NetworkPolicy>().Spec;
        policy.PodSelector = null;
        var workload = manifests.Objects.OfType<V1Deployment>().Select(deployment => KubernetesJson.Serialize(deployment.Spec.Strategy))
            .Concat(manifests.Objects.OfType<V1DaemonSet>().Select(daemonSet => KubernetesJson.Serialize(daemonSet.Spec.UpdateStrategy)));
        var budget = manifests.Objects.OfType<V1PodDisruptionBudget>()
            .Select(one => $"{one.Spec.MaxUnavailable} {one.Spec.UnhealthyPodEvictionPolicy}");
        string[] parts =
        [
            KubernetesJson.Serialize(pod).Replace("health-agent-node", "health-agent", StringComparison.Ordinal), .. workload, .. budget,
            KubernetesJson.Serialize(policy), KubernetesJson.Serialize(manifests.One<V1Service>().Spec.Ports),
            SortedJson(KubernetesYaml.Deserialize<Dictionary<string, object>>(manifests.AgentYaml)),
        ];
        return string.Join('\n', parts);
    }

    private static string SortedJson(object value) => Sorted(JsonNode.Parse(KubernetesJson.Serialize(value))!).ToJsonString();

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Sorted(pair.Value!)))),
        JsonArray list => new JsonArray([.. list.Select(one => Sorted(one!))]),
        _ => node.DeepClone(),
    };
}
