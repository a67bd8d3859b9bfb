using HealthAgent.Integration.Support;
using k8s;
using k8s.Models;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>Objects that kubectl or helm printed, read strictly: a key that Kubernetes does not know is an error.</summary>
internal sealed class Manifests
{
    private static readonly Dictionary<string, Type> OtherTypes = new(StringComparer.Ordinal)
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    public Manifests(string text) => (Text, Objects) = (text, KubernetesYaml.LoadAllFromString(text, OtherTypes, strict: true));

    /// <summary>As printed.</summary>
    public string Text { get; }

    public IReadOnlyList<object> Objects { get; }

    /// <summary>What runs agents: the template of its pods, of a Deployment, a DaemonSet, or a pod itself.</summary>
    public IEnumerable<(string Name, V1ObjectMeta Pod, V1PodSpec Spec)> Workloads => Objects.Select(static one => one switch
    {
        V1Deployment deployment => (deployment.Name(), deployment.Spec.Template.Metadata, deployment.Spec.Template.Spec),
        V1DaemonSet daemonSet => (daemonSet.Name(), daemonSet.Spec.Template.Metadata, daemonSet.Spec.Template.Spec),
        V1Pod pod => (pod.Name(), pod.Metadata, pod.Spec),
        _ => default,
    }).Where(static workload => workload.Spec is not null)!;

    /// <summary>The container of the agent.</summary>
    public V1Container Agent => Workloads.SelectMany(workload => workload.Spec.Containers).Single(container => container.Name == "agent");

    /// <summary>The agent's configuration.</summary>
    public string AgentYaml => Objects.OfType<V1ConfigMap>().Select(map => map.Data.TryGetValue("agent.yaml", out var text) ? text : null)
        .OfType<string>().Single();

    /// <summary>The dashboards among the ConfigMaps, each as its file's name and text.</summary>
    public IEnumerable<(string Name, string Text)> Dashboards => Objects.OfType<V1ConfigMap>()
        .Where(map => map.Metadata.Labels.ContainsKey("grafana_dashboard")).SelectMany(map => map.Data)
        .Select(file => (file.Key, file.Value)).OrderBy(file => file.Key, StringComparer.Ordinal);

    /// <summary>The same of the files themselves.</summary>
    public static IEnumerable<(string Name, string Text)> DashboardFiles =>
        Directory.GetFiles(Repository.PathOf("dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllText(file)));

    /// <summary>What <c>kubectl kustomize</c> makes of a folder.</summary>
    /// <param name="folder">Relative to the repository, or absolute.</param>
    /// <param name="kubectl">The program; that of the tests by default.</param>
    public static async Task<Manifests> OfKustomizationAsync(string folder, string? kubectl = null) =>
        new(await PrintedAsync(kubectl ?? TestEnvironment.Kubectl, "kustomize", Repository.PathOf(folder)));

    /// <summary>What <c>helm template</c> makes of the chart, as release <c>health-agent</c>.</summary>
    public static async Task<Manifests> OfChartAsync(params IEnumerable<string> arguments) =>
        new(await PrintedAsync(TestEnvironment.Helm, ["template", "health-agent", Chart, .. arguments]));

    /// <summary>The folder of the chart.</summary>
    public static string Chart => Repository.PathOf("deploy/helm/health-agent");

    /// <summary>The one object of a type.</summary>
    public T One<T>() => Objects.OfType<T>().Single();

    private static async Task<string> PrintedAsync(string program, params IEnumerable<string> arguments)
    {
        await using var process = ChildProcess.Start(program, arguments);
        (await process.ExitAsync()).ShouldBe(0, process.Output);
        return process.StandardOutput + "\n";
    }
}
