using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OpenTelemetry.Resources;

namespace HealthAgent.Agent.Telemetry;

/// <summary>Resource attributes of the agent: host, process, container, and the pod from downward API variables.</summary>
/// <remarks>Rule: OpenTelemetry's semantic conventions for resources.</remarks>
internal sealed partial class AgentResource(Func<string, string?> environment, string proc) : IResourceDetector
{
    // The names used by the OpenTelemetry operator and most manifests.
    private static readonly (string Attribute, string[] Variables)[] OfKubernetes =
    [
        ("k8s.cluster.name", ["K8S_CLUSTER_NAME"]),
        ("k8s.namespace.name", ["K8S_NAMESPACE_NAME", "POD_NAMESPACE"]),
        ("k8s.node.name", ["K8S_NODE_NAME", "NODE_NAME"]),
        ("k8s.pod.name", ["K8S_POD_NAME", "POD_NAME"]),
        ("k8s.pod.uid", ["K8S_POD_UID", "POD_UID"]),
        ("k8s.container.name", ["K8S_CONTAINER_NAME"]),
        ("k8s.deployment.name", ["K8S_DEPLOYMENT_NAME"]),
    ];

    private static readonly string[] NamedIn = ["self/cgroup", "self/mountinfo"];

    /// <inheritdoc />
    public Resource Detect()
    {
        var attributes = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["host.name"] = Environment.MachineName,
            ["host.arch"] = RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "amd64",
                Architecture.X86 => "x86",
                Architecture.Arm => "arm32",
                var other => other.ToString().ToLowerInvariant(),
            },
            ["os.type"] = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
            ["process.pid"] = (long)Environment.ProcessId,
            ["process.executable.name"] = Path.GetFileName(Environment.ProcessPath) ?? "health-agent",
            ["process.runtime.name"] = ".NET",
            ["process.runtime.version"] = Environment.Version.ToString(),
        };
        if (ContainerId() is { } container)
        {
            attributes["container.id"] = container;
        }

        foreach (var (attribute, variables) in OfKubernetes)
        {
            if (Array.Find(variables, variable => environment(variable) is { Length: > 0 }) is { } set)
            {
                attributes[attribute] = environment(set)!;
            }
        }

        return new Resource(attributes);
    }

    /// <summary>
    /// The container ID, from the process's cgroup path or, in a cgroup namespace, from the paths of files mounted by the engine.
    /// </summary>
    private string? ContainerId() => NamedIn
        .Select(file => Path.Combine(proc, file))
        .Where(File.Exists)
        .SelectMany(File.ReadLines)
        .Select(line => Id().Match(line))
        .FirstOrDefault(match => match.Success)?.Groups["id"].Value;

    // Docker, containerd and CRI-O use 64 hexadecimal digits; so do layers among the mounts, where only folders of containers and pod
    // sandboxes count.
    [GeneratedRegex(
        "^[0-9]+:[^:]*:.*[/-](?<id>[0-9a-f]{64})(\\.scope)?$|/(containers|sandboxes|overlay-containers)/(?<id>[0-9a-f]{64})/",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
