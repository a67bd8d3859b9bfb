using HealthAgent.Agent.Telemetry;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

public sealed class AgentResourceTests : IDisposable
{
    private const string Id = "3f4e8c4cf9d04d8ea4ed5ae3ed0b4ade0f7bb9c2c1f1b0d8e3a4c5b6d7e8f901";

    private readonly string _proc = TemporaryFolder.Create("proc-").FullName;

    public AgentResourceTests() => Directory.CreateDirectory(Path.Combine(_proc, "self"));

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void Resource_OfAProcess_NamesItsHostAndItself()
    {
        var attributes = Detect();

        attributes["host.name"].ShouldBe(Environment.MachineName);
        attributes["process.pid"].ShouldBe((long)Environment.ProcessId);
        attributes["process.runtime.name"].ShouldBe(".NET");
        attributes.Keys.ShouldNotContain("container.id", StringComparer.Ordinal);
        attributes.Keys.Where(name => name.StartsWith("k8s.", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData($"12:memory:/docker/{Id}", "")]
    [InlineData($"1:name=systemd:/kubepods.slice/kubepods-pod1.slice/cri-containerd-{Id}.scope", "")]
    [InlineData("0::/", $"600 590 0:44 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/{Id}/diff\n613 600 8:1 "
        + $"/var/lib/docker/containers/{Id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw")]
    [InlineData("0::/", $"613 600 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/{Id}/hostname /etc/hostname rw - ext4 "
        + "/dev/sda1 rw")]
    public void Resource_InAContainer_HasItsId(string cgroup, string mountInfo)
    {
        File.WriteAllText(Path.Combine(_proc, "self", "cgroup"), cgroup);
        File.WriteAllText(Path.Combine(_proc, "self", "mountinfo"), mountInfo);

        Detect()["container.id"].ShouldBe(Id);
    }

    [Fact]
    public void Resource_OnAHostWithContainers_HasNoContainerOfOthers()
    {
        File.WriteAllText(Path.Combine(_proc, "self", "cgroup"), "0::/user.slice/session-1.scope");
        File.WriteAllText(Path.Combine(_proc, "self", "mountinfo"),
            $"600 590 0:44 / /var/lib/docker/overlay2/{Id}/merged rw - overlay overlay rw");

        Detect().Keys.ShouldNotContain("container.id", StringComparer.Ordinal);
    }

    [Fact]
    public void Resource_InAPod_HasWhatTheManifestHandsOver()
    {
        var attributes = Detect(
            ("POD_NAME", "agent-0"), ("K8S_POD_NAME", "agent-1"), ("POD_NAMESPACE", "shop"), ("K8S_NODE_NAME", "node-7"), ("POD_UID", ""));

        attributes["k8s.pod.name"].ShouldBe("agent-1");
        attributes["k8s.namespace.name"].ShouldBe("shop");
        attributes["k8s.node.name"].ShouldBe("node-7");
        attributes.Keys.ShouldNotContain("k8s.pod.uid", StringComparer.Ordinal);
    }

    private Dictionary<string, object> Detect(params (string Name, string Value)[] environment) =>
        new AgentResource(name => environment.FirstOrDefault(pair => pair.Name == name).Value, _proc).Detect()
            .Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value, StringComparer.Ordinal);
}
