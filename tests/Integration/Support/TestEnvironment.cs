using YamlDotNet.RepresentationModel;

namespace HealthAgent.Integration.Support;

/// <summary>
/// What this machine provides for tests, set up by <c>tests/environment</c> in variables. Something missing skips a test with the reason,
/// or fails it if listed in <c>HEALTH_AGENT_TEST_REQUIRE</c>.
/// </summary>
internal static class TestEnvironment
{
    /// <summary>Docker's client.</summary>
    public static string Docker => Tool("docker", "DOCKER", "there is no Docker engine");

    public static string PostgresImage => Image("postgres");

    public static string RedisImage => Image("redis");

    public static string RabbitMqImage => Image("rabbitmq");

    public static string PgBouncerImage => Tool("pgbouncer", "PGBOUNCER_IMAGE", "there is no image of PgBouncer");

    public static string AgentImage => Tool("agent-image", "AGENT_IMAGE", "the agent's image is not built");

    /// <summary>The image of the edition that is compiled as it runs.</summary>
    public static string AgentFullImage => Tool("agent-image", "AGENT_FULL_IMAGE", "the agent's image is not built");

    /// <summary>The native program.</summary>
    public static string Native => Tool("native", "NATIVE", "there is no native program");

    /// <summary>The native program; null where there is none, for tests that any program will do.</summary>
    public static string? NativeOrNull => Variable("NATIVE");

    public static string Dagu => Tool("dagu", "DAGU", "there is no dagu binary");

    /// <summary>Dagu 2, of which no package is published that a test could fetch.</summary>
    public static string DaguSecond => Tool("dagu2", "DAGU2", "HEALTH_AGENT_TEST_DAGU2 names no binary of Dagu 2");

    /// <summary>A script that starts n8n.</summary>
    public static string N8n => Tool("n8n", "N8N", "n8n takes 2.7 GB and is fetched with HEALTH_AGENT_TEST_WITH_N8N=1 only");

    public static string Prometheus => Tool("prometheus", "PROMETHEUS", "there is no prometheus binary");

    public static string Promtool => Tool("prometheus", "PROMTOOL", "there is no promtool binary");

    public static string Alertmanager => Tool("alertmanager", "ALERTMANAGER", "there is no alertmanager binary");

    public static string BlackboxExporter => Tool("blackbox", "BLACKBOX", "there is no blackbox_exporter binary");

    public static string Collector => Tool("collector", "COLLECTOR", "there is no OpenTelemetry collector binary");

    /// <summary>A folder with TypeScript and Grafana's types, to check dashboards.</summary>
    public static string DashboardTypes => Tool("dashboards", "DASHBOARDS", "Grafana's types (npm's @grafana/schema) are not there");

    /// <summary>A folder with gRPC's client for Node.js.</summary>
    public static string GrpcClient => Tool("grpc-client", "GRPC_CLIENT", "gRPC's client for Node.js (npm's @grpc/grpc-js) is not there");

    public static string Kubectl => Tool("kubernetes", "KUBECTL", "there is no kubectl");

    /// <summary>A later kubectl, with a later kustomize and schema; null where there is none.</summary>
    public static string? LaterKubectlOrNull => Variable("KUBECTL_LATER");

    /// <summary>An image of k3s, which takes privileged containers.</summary>
    public static string K3sImage => Tool("k3s", "K3S_IMAGE", "k3s takes its image and privileged containers");

    public static string Helm => Tool("kubernetes", "HELM", "there is no helm");

    /// <summary>Debian with systemd as its first process, and lintian.</summary>
    public static string SystemdImage => Tool("systemd", "SYSTEMD_IMAGE", "there is no image of Debian with systemd");

    /// <summary>Skips, or fails if required.</summary>
    public static void Missing(string what, string reason)
    {
        var required = (Environment.GetEnvironmentVariable("HEALTH_AGENT_TEST_REQUIRE") ?? "").Split(',');
        if (required.Contains(what, StringComparer.Ordinal))
        {
            Assert.Fail($"{what} is required on this machine: {reason}");
        }

        Assert.Skip($"{reason}; ./test.sh brings what the tests need");
    }

    private static string Image(string service)
    {
        if (Variable($"{service.ToUpperInvariant()}_IMAGE") is { } prepared)
        {
            return prepared;
        }

        if (!Containers.EngineAnswers)
        {
            Missing(service, "there is no Docker engine");
        }

        return PinnedImage(service);
    }

    /// <summary>The official image of a service, pinned in <c>compose.yaml</c>.</summary>
    private static string PinnedImage(string service)
    {
        var pins = new YamlStream();
        using var text = File.OpenText(Repository.PathOf("tests/environment/compose.yaml"));
        pins.Load(text);
        return (string)pins.Documents[0].RootNode["services"][service]["image"]!;
    }

    private static string Tool(string what, string name, string reason)
    {
        if (Variable(name) is not { } path)
        {
            Missing(what, reason);
            return "";
        }

        return path;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable($"HEALTH_AGENT_TEST_{name}") is { Length: > 0 } value ? value : null;
}
