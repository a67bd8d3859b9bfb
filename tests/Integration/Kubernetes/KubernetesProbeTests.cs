using HealthAgent.Integration.Support;
using k8s.Models;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>The probes that the manifests name, asked as a kubelet asks them of an agent with the manifests' own configuration.</summary>
public sealed class KubernetesProbeTests
{
    private static readonly (string, string) Faster = ("  timeout: 2s\n  retryInterval: 1s", "  timeout: 400ms\n  retryInterval: 200ms");

    [Fact]
    public async Task Sidecar_ThroughTheLifeOfItsApplication_AnswersItsProbes()
    {
        var (port, dependency) = (Containers.FreePort(), Containers.FreePort());
        await using var pod = await AgentPod.StartAsync(
            "sidecar",
            ("interval: 5s", "interval: 500ms"), Faster, ("127.0.0.1:8080", $"127.0.0.1:{port}"),
            ("  # What it needs", $"  - {{ name: db, kind: tcp, address: \"127.0.0.1:{dependency}\" }}\n  # What it needs"));
        var (application, agent) = (pod.Container("orders"), pod.Container("agent"));
        V1Probe[] alive =
            [application.StartupProbe, application.LivenessProbe, new() { Grpc = new() { Port = 9465, Service = "tier/liveness" } }];
        V1Probe[] ready = [application.ReadinessProbe, new() { Grpc = new() { Port = 9465 } }];

        // The agent starts before its application.
        await pod.UntilAsync(agent.LivenessProbe, succeeds: true);
        await ShouldBeAsync(pod, alive, succeeds: false);
        await ShouldBeAsync(pod, ready, succeeds: false);

        await using (var running = await WebTarget.StartAsync(port))
        {
            // It lives, and is not ready without what it needs: never a reason to restart it.
            await ShouldBeAsync(pod, alive, succeeds: true);
            await ShouldBeAsync(pod, ready, succeeds: false);
            await using (await WebTarget.StartAsync(dependency))
            {
                await ShouldBeAsync(pod, ready, succeeds: true);
            }

            await ShouldBeAsync(pod, ready, succeeds: false);
            await ShouldBeAsync(pod, alive, succeeds: true);
        }

        await ShouldBeAsync(pod, alive, succeeds: false);
        (await pod.AskAsync(agent.LivenessProbe)).Succeeded.ShouldBeTrue("its application is down, not the agent");

        await using var back = await WebTarget.StartAsync(port);
        await using var backToo = await WebTarget.StartAsync(dependency);
        await ShouldBeAsync(pod, alive, succeeds: true);
        await ShouldBeAsync(pod, ready, succeeds: true);
        await TerminatedAsync(pod, ready, [.. alive, agent.LivenessProbe]);
    }

    [Fact]
    public async Task Standalone_WhoseTargetsAreDownFromTheStart_StartsAndStaysUp()
    {
        await using var pod = await AgentPod.StartAsync(
            "standalone",
            ("interval: 15s\n  timeout: 5s", "interval: 500ms\n  timeout: 400ms\n  retryInterval: 200ms"),
            ("kubernetes.default.svc:443", $"127.0.0.1:{Containers.FreePort()}"),
            ("checks:\n", "checks:\n  - { name: api, kind: self, dependsOn: [kubernetes-api] }\n"));
        var agent = pod.Container("agent");

        await pod.UntilAsync(agent.StartupProbe, succeeds: true);
        (await pod.AskAsync(agent.LivenessProbe)).Succeeded.ShouldBeTrue();
        var ready = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/readyz", Port = "probes" } };
        (await pod.AskAsync(ready)).ShouldBe(new KubeletProbe(false, "HTTP probe failed with statuscode: 503"));

        await TerminatedAsync(pod, [ready], [agent.LivenessProbe, agent.StartupProbe]);
    }

    [Fact]
    public async Task DaemonSet_OfANode_StartsAndStops()
    {
        await using var pod = await AgentPod.StartAsync(
            "daemonset", ("/host/var/lib/kubelet", "/tmp"), ("path: /host", "path: /"));
        var agent = pod.Container("agent");

        await pod.UntilAsync(agent.StartupProbe, succeeds: true);
        await TerminatedAsync(
            pod, [new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/readyz", Port = "probes" } }], [agent.LivenessProbe]);
    }

    [Fact]
    public async Task Ports_ServeWhatTheManifestsSay_AndDetailsToATokenAlone_WhichIsRotatedWithoutARestart()
    {
        await using var pod = await AgentPod.StartAsync("standalone");
        await pod.UntilAsync(pod.Container("agent").StartupProbe, succeeds: true);

        // What `helm test` runs.
        var probe = new Uri(pod.Address(9465), "/livez").ToString();
        (await AgentProgram.RunAsync("check", "--kind", "http", "--url", probe)).ExitCode.ShouldBe(0);

        (await pod.GetAsync(9465, "/metrics")).Status.ShouldBe(404);
        (await pod.GetAsync(9465, "/health/checks")).Status.ShouldBe(401);
        (await pod.GetAsync(9465, "/health")).Text.ShouldNotContain("kubernetes-api");
        (await pod.GetAsync(9464, "/livez")).Status.ShouldBe(404);
        (await pod.GetAsync(9464, "/metrics")).Status.ShouldBe(200);
        (await pod.GetAsync(9464, "/health/checks")).Status.ShouldBe(401);
        (await pod.GetAsync(9464, "/health/checks", "the-first-token-of-viewers")).Text.ShouldContain("kubernetes-api");

        await pod.RotateAsync(("viewer-token", "the-second-token-of-viewers"));
        await Eventually.TrueAsync(
            () => pod.GetAsync(9464, "/health/checks", "the-second-token-of-viewers"),
            answer => answer.Status != 401,
            "the second token is taken");
        (await pod.GetAsync(9464, "/health/checks", "the-first-token-of-viewers")).Status.ShouldBe(401);
    }

    private static async Task ShouldBeAsync(AgentPod pod, IEnumerable<V1Probe> probes, bool succeeds)
    {
        foreach (var probe in probes)
        {
            await pod.UntilAsync(probe, succeeds);
        }
    }

    /// <summary>Readiness fails first, while all else is as before; then it ends by itself, before Kubernetes kills it.</summary>
    private static async Task TerminatedAsync(AgentPod pod, V1Probe[] ready, V1Probe[] alive)
    {
        var start = TimeProvider.System.GetTimestamp();
        await pod.TerminateAsync();
        await ShouldBeAsync(pod, ready, succeeds: false);
        foreach (var probe in alive)
        {
            (await pod.AskAsync(probe)).Succeeded.ShouldBeTrue(probe.HttpGet?.Path);
        }

        (await pod.ExitAsync()).ShouldBe(0, pod.Output);
        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(pod.GracePeriod);
    }
}
