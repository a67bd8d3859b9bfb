using System.Globalization;
using System.Net.Http.Headers;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using k8s.Models;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>
/// The agent of a manifest as a process: with its <c>agent.yaml</c> and a Secret, mounted as kubelets mount them, its ports replaced by
/// free ones, and its probes asked as kubelets ask them.
/// </summary>
internal sealed class AgentPod : IAsyncDisposable
{
    private readonly Dictionary<int, int> _ports = new() { [9464] = Containers.FreePort(), [9465] = Containers.FreePort() };
    private readonly string _folder = TemporaryFolder.Create("pod-").FullName;
    private readonly Manifests _manifests;
    private readonly KubernetesVolume _config;
    private readonly KubernetesVolume _secrets;
    private ChildProcess? _process;

    private AgentPod(Manifests manifests)
    {
        _manifests = manifests;
        (_config, _secrets) = (new KubernetesVolume($"{_folder}/config"), new KubernetesVolume($"{_folder}/secrets"));
    }

    /// <summary>All that it printed so far.</summary>
    public string Output => _process!.Output;

    /// <summary>How long it may take to stop.</summary>
    public TimeSpan GracePeriod => TimeSpan.FromSeconds(_manifests.Workloads.Single().Spec.TerminationGracePeriodSeconds!.Value);

    /// <summary>Starts the agent of an overlay.</summary>
    /// <param name="overlay">Its folder in <c>deploy/kubernetes/overlays</c>.</param>
    /// <param name="changes">What is written otherwise in its configuration, such as addresses. Every text must be there.</param>
    public static async Task<AgentPod> StartAsync(string overlay, params (string Text, string Instead)[] changes)
    {
        var pod = new AgentPod(await Manifests.OfKustomizationAsync($"deploy/kubernetes/overlays/{overlay}"));
        await pod.RotateAsync(("viewer-token", "the-first-token-of-viewers"));
        await pod.ConfigureAsync(changes);
        pod._process = AgentProgram.Start(
            [], pod._folder, ("HEALTH_AGENT_CONFIG", $"{pod._config.Folder}/agent.yaml"), ("K8S_NODE_NAME", "a-node"));
        await Eventually.TrueAsync(() => pod.Output, output => output.Contains("Look at:", StringComparison.Ordinal), "it starts");
        return pod;
    }

    /// <summary>Updates the ConfigMap.</summary>
    public Task ConfigureAsync(params (string Text, string Instead)[] changes)
    {
        var text = _manifests.AgentYaml;
        foreach (var (written, instead) in changes)
        {
            text.ShouldContain(written);
            text = text.Replace(written, instead, StringComparison.Ordinal);
        }

        text = _ports.Aggregate(text, (all, port) => all.Replace(
            string.Create(CultureInfo.InvariantCulture, $"*:{port.Key}"), string.Create(CultureInfo.InvariantCulture, $"*:{port.Value}"),
            StringComparison.Ordinal));
        return _config.WriteAsync(("agent.yaml", text.Replace("/run/secrets/health-agent", _secrets.Folder, StringComparison.Ordinal)));
    }

    /// <summary>Updates the Secret.</summary>
    public Task RotateAsync(params (string Key, string Text)[] secrets) => _secrets.WriteAsync(secrets);

    /// <summary>The address of one of its ports.</summary>
    public Uri Address(int port) => new UriBuilder("http", "127.0.0.1", _ports[port]).Uri;

    /// <summary>The probes of a container.</summary>
    public V1Container Container(string name) =>
        _manifests.Workloads.Single().Spec.Containers.Single(container => container.Name == name);

    /// <summary>Asks a probe once.</summary>
    public Task<KubeletProbe> AskAsync(V1Probe probe)
    {
        var timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1);
        return probe.Grpc is { } grpc
            ? KubeletProber.GrpcAsync("127.0.0.1", _ports[grpc.Port], grpc.Service ?? "", timeout)
            : KubeletProber.HttpAsync(new Uri(Address(PortOf(probe.HttpGet)), probe.HttpGet.Path), timeout);
    }

    /// <summary>Waits until a probe says so.</summary>
    public Task UntilAsync(V1Probe probe, bool succeeds) => Eventually.TrueAsync(
        () => AskAsync(probe),
        answer => answer.Succeeded == succeeds,
        $"{probe.HttpGet?.Path ?? $"gRPC '{probe.Grpc.Service}'"} {(succeeds ? "passes" : "fails")}");

    /// <summary>What a route answers at one of its ports.</summary>
    public async Task<(int Status, string Text)> GetAsync(int port, string path, string? token = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(port), path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks it to stop.</summary>
    public Task TerminateAsync() => _process!.SignalAsync("TERM");

    /// <summary>Waits for its end.</summary>
    public Task<int> ExitAsync() => _process!.ExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private int PortOf(V1HTTPGetAction action) => int.TryParse(action.Port.Value, CultureInfo.InvariantCulture, out var number)
        ? number
        : Container("agent").Ports.Single(port => port.Name == action.Port.Value).ContainerPort;
}
