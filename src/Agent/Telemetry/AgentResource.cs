using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OpenTelemetry.Resources;

namespace HealthAgent.Agent.Telemetry;

/// <summary>
/// What the agent's telemetry comes from: host, process, container, and the pod as far as the manifest hands its fields
/// over by the downward API.
/// </summary>
/// <remarks>Rule: OpenTelemetry's semantic conventions for resources.</remarks>
internal sealed partial class AgentResource(Func<string, string?> environment, string proc) : IResourceDetector
{
    // The names that OpenTelemetry's operator and most manifests use.
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
            ["host.arch"] = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.X86 => "x86", Architecture.Arm => "arm32", var other => other.ToString().ToLowerInvariant() },
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
    /// The container's id stands in the path of the process' cgroup, or, where the container has a namespace of its own for
    /// those, in the path of the files that the engine mounts.
    /// </summary>
    private string? ContainerId() => NamedIn
        .Select(file => Path.Combine(proc, file))
        .Where(File.Exists)
        .SelectMany(File.ReadLines)
        .Select(line => Id().Match(line))
        .FirstOrDefault(match => match.Success)?.Groups["id"].Value;

    // Docker, containerd and CRI-O name by 64 hexadecimal digits; mounts also have layers of that form, so there only
    // what lies in a folder of containers or of a pod's sandbox counts.
    [GeneratedRegex("^[0-9]+:[^:]*:.*[/-](?<id>[0-9a-f]{64})(\\.scope)?$|/(containers|sandboxes|overlay-containers)/(?<id>[0-9a-f]{64})/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
