using k8s.Models;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>
/// Kubernetes' Pod Security Standard "restricted", and what goes beyond it here: a read-only root, no token, no variables of services.
/// </summary>
/// <remarks>Rule: kubernetes.io/docs/concepts/security/pod-security-standards.</remarks>
internal static class PodSecurity
{
    /// <summary>What is wrong with a pod.</summary>
    public static IEnumerable<string> ViolationsOf(V1PodSpec pod)
    {
        var violations = new List<(bool IsViolated, string Rule)>
        {
            (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true, "a namespace of the host"),
            (pod.AutomountServiceAccountToken != false, "the token of its account is mounted"),
            (pod.EnableServiceLinks != false, "variables of services"),
        };
        foreach (var volume in pod.Volumes ?? [])
        {
            violations.Add((volume.HostPath is not null, $"volume {volume.Name} is the node's"));
        }

        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            var (own, shared) = (container.SecurityContext ?? new V1SecurityContext(), pod.SecurityContext ?? new V1PodSecurityContext());
            violations.AddRange(
            [
                ((own.RunAsNonRoot ?? shared.RunAsNonRoot) != true, $"{container.Name} may run as root"),
                ((own.RunAsUser ?? shared.RunAsUser) == 0, $"{container.Name} runs as root"),
                (own.Privileged == true, $"{container.Name} is privileged"),
                (own.AllowPrivilegeEscalation != false, $"{container.Name} may gain privileges"),
                (own.ReadOnlyRootFilesystem != true, $"{container.Name} may write its root"),
                (own.Capabilities?.Drop is not ["ALL"] || own.Capabilities.Add is { Count: > 0 }, $"{container.Name} has capabilities"),
                ((own.SeccompProfile ?? shared.SeccompProfile)?.Type != "RuntimeDefault", $"{container.Name} has no seccomp profile"),
                (container.Ports?.Any(port => port.HostPort is not null) == true, $"{container.Name} takes a port of the node"),
                (container.VolumeMounts?.Any(mount => mount.SubPath is not null) == true, $"{container.Name} mounts a file, never updated"),
            ]);
        }

        return violations.Where(violation => violation.IsViolated).Select(violation => violation.Rule);
    }
}
