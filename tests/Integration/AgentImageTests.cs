using System.Globalization;
using System.Net;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using HealthAgent.Integration.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration;

/// <summary>The agent's image, built from the Dockerfile, with a dependency in its own network.</summary>
public sealed class AgentImageTests : IAsyncLifetime
{
    private const string Config = """
        defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
        checks:
          - name: cache
            kind: redis
            connectionString: redis:6379
        """;

    private IContainer? _agent;
    private INetwork? _network;
    private RedisContainer? _redis;

    public async ValueTask InitializeAsync()
    {
        var (agentImage, redisImage) = (TestEnvironment.AgentImage, TestEnvironment.RedisImage);
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
        foreach (var resource in new IAsyncDisposable?[] { _agent, _redis, _network }.OfType<IAsyncDisposable>())
        {
            await resource.DisposeAsync();
        }
    }

    [Fact]
    public async Task Image_BesideARedis_ServesProbesAndStaysAliveWhenItDies()
    {
        using var client = new HttpClient { BaseAddress = new Uri(
            string.Create(CultureInfo.InvariantCulture, $"http://{_agent!.Hostname}:{_agent.GetMappedPublicPort(9464)}")) };
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
    public async Task Image_AsItIs_RunsWithoutRootAndWithoutAnSdk()
    {
        var user = await _agent!.ExecAsync(["id", "-u"]);
        (user.Stdout.Trim() is "0" or "").ShouldBeFalse(user.Stdout);

        var check = await _agent.ExecAsync(["/app/health-agent", "healthcheck"]);
        check.ExitCode.ShouldBe(0, check.Stderr);

        var sdks = await _agent.ExecAsync(["sh", "-c", "find / -type d -name sdk -path '*dotnet*' 2>/dev/null"]);
        sdks.Stdout.Trim().ShouldBeEmpty();
    }

    private static Task UntilAsync(HttpClient client, string path, HttpStatusCode code) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        },
        seen => seen == code,
        $"{path} answers {(int)code}");
}
