using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Connection strings with several servers, one of them real.</summary>
public sealed class PostgresServersTests : IAsyncLifetime
{
    private readonly int _port = Containers.FreePort();
    private IContainer? _container;

    public async ValueTask InitializeAsync()
    {
        _container = Containers.Postgres(_port);
        await _container.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("postgres://agent:correct-horse@127.0.0.1:{0},127.0.0.1:{1}/agent")]
    [InlineData("postgres://agent:correct-horse@127.0.0.1:{0},127.0.0.1:{1}/agent?target_session_attrs=read-write")]
    [InlineData("postgres://agent:correct-horse@127.0.0.1:{0},127.0.0.1:{1}/agent?target_session_attrs=prefer-standby")]
    [InlineData("Host=127.0.0.1:{0},127.0.0.1:{1};Username=agent;Password=correct-horse;Database=agent;Target Session Attributes=primary")]
    [InlineData("host=127.0.0.1,127.0.0.1 port={0},{1} user=agent password=correct-horse dbname=agent sslmode=disable")]
    public async Task Servers_OfWhichTheFirstSaysNothing_AreAskedAllTheSame(string connectionString)
    {
        // Accepts connections without responding, like a frozen server.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var agent = await StartAsync(connectionString, ((IPEndPoint)silent.LocalEndpoint).Port);
        await agent.UntilAsync("it", "healthy");
    }

    [Fact]
    public async Task Server_ThatIsNotAsAskedFor_IsNamed()
    {
        await using var agent = await StartAsync(
            "postgres://agent:correct-horse@127.0.0.1:{0},127.0.0.1:{1}/agent?target_session_attrs=standby", Containers.FreePort());
        var state = await agent.UntilAsync("it", "unhealthy");
        var last = state.GetProperty("last");
        last.GetProperty("errorType").GetString().ShouldBe("connection_failed");
        last.GetProperty("reason").GetString().ShouldBe($"127.0.0.1:{_port} is not a standby");
    }

    /// <summary>A server that failed is tried again by the next run, although the driver would skip it for ten seconds.</summary>
    [Fact]
    public async Task Server_ThatComesBack_IsAskedAtTheNextRun()
    {
        await using var agent = await StartAsync(
            "Host=127.0.0.1:{0},127.0.0.1:{1};Username=agent;Password=correct-horse;Database=agent", Containers.FreePort());
        await agent.UntilAsync("it", "healthy");
        await _container!.StopAsync(TestContext.Current.CancellationToken);
        await agent.UntilAsync("it", "unhealthy");
        await _container.StartAsync(TestContext.Current.CancellationToken);
        var since = TimeProvider.System.GetTimestamp();
        await agent.UntilAsync("it", "healthy");
        TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(8), "the driver remembers for ten seconds");
    }

    private Task<TestAgent> StartAsync(string connectionString, int other) => TestAgent.StartAsync($"""
          - name: it
            kind: postgres
            connectionString: "{string.Format(System.Globalization.CultureInfo.InvariantCulture, connectionString, other, _port)}"
        """);
}
