using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Testcontainers.K3s;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>The manifests and the chart on a real Kubernetes: its API server admits them, its kubelet probes the agent.</summary>
public sealed class KubernetesClusterTests : IAsyncLifetime
{
    private const string Overlays = "deploy/kubernetes/overlays";

    private readonly string _folder = TemporaryFolder.Create("k3s-").FullName;
    private K3sContainer? _cluster;

    public async ValueTask InitializeAsync()
    {
        var (image, agent) = (TestEnvironment.K3sImage, TestEnvironment.AgentImage);
        var archive = Path.Combine(_folder, "agent.tar");
        (await ChildProcess.RunAsync(TestEnvironment.Docker, ["save", "--output", archive, agent])).ExitCode.ShouldBe(0);
        _cluster = new K3sBuilder(image).WithResourceMapping(new FileInfo(archive), "/images/").Build();
        await _cluster.StartAsync();
        (await _cluster.ExecAsync(["ctr", "--namespace", "k8s.io", "images", "import", "/images/agent.tar"])).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(Kubeconfig, await _cluster.GetKubeconfigAsync());
        await File.WriteAllTextAsync(Path.Combine(_folder, "kustomization.yaml"), $"""
            namespace: watched
            resources: ["{Path.GetRelativePath(_folder, Repository.PathOf($"{Overlays}/standalone"))}"]
            images:
              - name: health-agent
                newName: "{agent.Split(':')[0]}"
                newTag: "{agent.Split(':').ElementAtOrDefault(1) ?? "latest"}"
            """);
        await KubectlAsync("create", "namespace", "watched");
        await KubectlAsync("label", "namespace", "watched", "pod-security.kubernetes.io/enforce=restricted");
        await KubectlAsync("label", "namespace", "watched", "pod-security.kubernetes.io/warn=restricted");
        await KubectlAsync(
            "--namespace", "watched", "create", "secret", "generic", "health-agent", "--from-literal=viewer-token=a-token-of-some-length");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Standalone_OnARealKubernetes_IsAdmittedUnderRestricted_AndItsProbesPass()
    {
        (await KubectlAsync("apply", "--kustomize", _folder)).ShouldNotContain("Warning");

        await KubectlAsync("--namespace", "watched", "rollout", "status", "deployment/health-agent", "--timeout=120s");
        var restarts = await KubectlAsync(
            "--namespace", "watched", "get", "pods", "--output", "jsonpath={.items[*].status.containerStatuses[*].restartCount}");
        restarts.Trim().ShouldBe("0");
    }

    [Theory]
    [InlineData("standalone")]
    [InlineData("sidecar")]
    [InlineData("daemonset")]
    public Task Overlay_OnARealKubernetes_IsValid(string overlay) =>
        KubectlAsync("apply", "--dry-run=server", "--validate=strict", "--kustomize", Repository.PathOf($"{Overlays}/{overlay}"));

    private string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    private async Task<string> KubectlAsync(params IEnumerable<string> arguments)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(TestEnvironment.Kubectl, ["--kubeconfig", Kubeconfig, .. arguments]);
        exitCode.ShouldBe(0, output);
        return output;
    }
}
