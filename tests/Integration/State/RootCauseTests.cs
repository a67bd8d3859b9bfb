using System.Globalization;
using System.Net;
using HealthAgent.Integration.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.State;

/// <summary>When a dependency of other checks fails, it alone is reported.</summary>
public sealed class RootCauseTests : IAsyncLifetime
{
    private readonly int _port = Containers.FreePort();
    private RedisContainer? _redis;

    public async ValueTask InitializeAsync()
    {
        _redis = new RedisBuilder(TestEnvironment.RedisImage).WithPortBinding(_port, 6379).Build();
        await _redis.StartAsync();
    }

    public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Dependency_ThatOthersDependOn_IsTheOnlyOneToldOf()
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync($"""
              - name: cache
                kind: redis
                connectionString: {address}
              - name: shop
                kind: tcp
                address: {address}
                dependsOn: [cache]
              - name: page
                kind: tcp
                address: {address}
                group: web
                dependsOn: [shop]
            """, otlp);
        await Task.WhenAll(new[] { "cache", "shop", "page" }.Select(check => agent.UntilAsync(check, "healthy")));

        await _redis!.StopAsync();
        await agent.UntilAsync("cache", "unhealthy");
        var page = await agent.UntilAsync("page", "unknown");
        page.GetProperty("cause").GetString().ShouldBe("cache");
        (await agent.GetAsync("/readyz")).Body.ShouldContain("[-]page failed: not run, because cache is unhealthy");
        (await agent.GetJsonAsync("/health/groups/web")).GetProperty("causes").ToString().ShouldBe("[\n    \"cache\"\n  ]");
        (await agent.GetAsync("/metrics")).Body.Split('\n').Count(line =>
            line.StartsWith("health_check_suppressed{", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal))
                .ShouldBe(2);

        await _redis.StartAsync();
        await Task.WhenAll(new[] { "cache", "shop", "page" }.Select(check => agent.UntilAsync(check, "healthy")));
        (await agent.GetAsync("/readyz")).Code.ShouldBe(HttpStatusCode.OK);

        await Eventually.TrueAsync(() => otlp.TransitionsOf("cache"), events => events.Count == 3, "the cache is reported");
        otlp.TransitionsOf("shop").Count.ShouldBe(1, "only its first verdict");
        otlp.TransitionsOf("page").Count.ShouldBe(1, "only its first verdict");
    }
}
