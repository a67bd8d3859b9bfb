using System.Globalization;
using System.Net;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using HealthAgent.Integration.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Packaging;

/// <summary>The agent's own image, built from the Dockerfile, beside a dependency in a network of their own.</summary>
public abstract class AgentImageTests : IAsyncLifetime
{
    private const string Config = """
        defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
        checks:
          - name: cache
            kind: redis
            connectionString: redis:6379
        maintenance:
          - { name: never, checks: [cache], cron: "0 4 * * 0", timeZone: Europe/Paris, duration: 1s }
        """;

    private IContainer? _agent;
    private INetwork? _network;
    private RedisContainer? _redis;

    /// <summary>The image of an edition.</summary>
    protected abstract string Image { get; }

    /// <summary>A command that fails in a container of it, since the image lacks what it takes.</summary>
    protected abstract string[] Impossible { get; }

    public async ValueTask InitializeAsync()
    {
        var (agentImage, redisImage) = (Image, TestEnvironment.RedisImage);
        _network = new NetworkBuilder().Build();
        _redis = new RedisBuilder(redisImage).WithNetwork(_network).WithNetworkAliases("redis").Build();
        _agent = new ContainerBuilder(agentImage)
            .WithNetwork(_network)
            .WithPortBinding(9464, assignRandomHostPort: true)
            .WithEnvironment("HEALTH_AGENT_CONFIG", "/tmp/agent.yaml")
            .WithResourceMapping(Encoding.UTF8.GetBytes(Config), "/tmp/agent.yaml")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilContainerIsHealthy())
            .Build();
        await _network.CreateAsync();
        await Task.WhenAll(_redis.StartAsync(), _agent.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var resource in new IAsyncDisposable?[] { _agent, _redis, _network }.OfType<IAsyncDisposable>())
        {
            await resource.DisposeAsync();
        }
    }

    [Fact]
    public async Task Image_BesideARedis_ServesProbesAndStaysAliveWhenItDies()
    {
        using var client = new HttpClient
        {
            BaseAddress =
                new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{_agent!.Hostname}:{_agent.GetMappedPublicPort(9464)}")),
        };
        await UntilAsync(client, "/readyz", HttpStatusCode.OK);

        await _redis!.StopAsync();
        await UntilAsync(client, "/readyz", HttpStatusCode.ServiceUnavailable);
        await UntilAsync(client, "/health?mode=full", HttpStatusCode.ServiceUnavailable);
        await UntilAsync(client, "/livez", HttpStatusCode.OK);
        (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).ShouldContain("health_check_up{");

        // The image listens on all addresses, so clients see no names or reasons.
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
        (await health.Content.ReadAsStringAsync()).ShouldNotContain("cache");

        await _redis.StartAsync();
        await UntilAsync(client, "/readyz", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Image_AsItIs_RunsWithoutRootAndHoldsOnlyWhatTheAgentNeeds()
    {
        var (exitCode, users) = await DockerAsync("top", _agent!.Id, "-eo", "uid,pid");
        exitCode.ShouldBe(0, users);
        users.Split('\n', StringSplitOptions.TrimEntries)[1].ShouldStartWith("1654 ");

        (await DockerAsync("exec", _agent.Id, "/app/health-agent", "healthcheck")).ExitCode.ShouldBe(0);
        (await DockerAsync("exec", _agent.Id, "/app/health-agent", "--version")).Output.ShouldStartWith("0.0.0-test");

        var (code, output) = await DockerAsync(["exec", _agent.Id, .. Impossible]);
        code.ShouldNotBe(0, output);
    }

    private static Task<(int ExitCode, string Output)> DockerAsync(params string[] arguments) =>
        ChildProcess.RunAsync(TestEnvironment.Docker, arguments);

    private static Task UntilAsync(HttpClient client, string path, HttpStatusCode code) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        },
        seen => seen == code,
        $"{path} answers {(int)code}");
}

/// <summary>The default edition: native, without a shell.</summary>
public sealed class NativeImageTests : AgentImageTests
{
    protected override string Image => TestEnvironment.AgentImage;

    protected override string[] Impossible => ["sh", "-c", "true"];
}

/// <summary>The edition that is compiled as it runs, without an SDK.</summary>
public sealed class FullImageTests : AgentImageTests
{
    protected override string Image => TestEnvironment.AgentFullImage;

    protected override string[] Impossible => ["dotnet", "build", "--version"];
}
