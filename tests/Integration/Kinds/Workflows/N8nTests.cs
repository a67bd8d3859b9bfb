using System.Globalization;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Kinds.Workflows;

/// <summary>The preset <c>n8n</c> and a real n8n, from its start to the loss of its database.</summary>
public sealed class N8nTests : IAsyncLifetime
{
    private readonly string _home = TemporaryFolder.Create("n8n-").FullName;
    private readonly int _port = Containers.FreePort(), _databasePort = Containers.FreePort();
    private IContainer? _database;
    private ChildProcess? _n8n;

    public async ValueTask InitializeAsync()
    {
        var start = TestEnvironment.N8n;
        _database = new PostgreSqlBuilder(TestEnvironment.PostgresImage).WithUsername("n8n").WithPassword("n8n").WithDatabase("n8n")
            .WithPortBinding(_databasePort, 5432).Build();
        await _database.StartAsync();
        (string, string)[] environment =
        [
            ("HOME", _home), ("N8N_USER_FOLDER", _home), ("N8N_LISTEN_ADDRESS", "127.0.0.1"), ("N8N_PORT", Text(_port)),
            ("N8N_DIAGNOSTICS_ENABLED", "false"), ("N8N_VERSION_NOTIFICATIONS_ENABLED", "false"), ("N8N_TEMPLATES_ENABLED", "false"),
            ("N8N_RUNNERS_BROKER_PORT", Text(Containers.FreePort())), ("DB_TYPE", "postgresdb"), ("DB_POSTGRESDB_HOST", "127.0.0.1"),
            ("DB_POSTGRESDB_PORT", Text(_databasePort)), ("DB_POSTGRESDB_DATABASE", "n8n"), ("DB_POSTGRESDB_USER", "n8n"),
            ("DB_POSTGRESDB_PASSWORD", "n8n"),
        ];
        _n8n = ChildProcess.Start(start, [], _home, environment);
    }

    public async ValueTask DisposeAsync()
    {
        if (_n8n is not null)
        {
            await _n8n.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task N8n_ThatLosesItsDatabase_IsUnhealthyUntilThatIsBack()
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: n8n
                kind: n8n
                url: http://127.0.0.1:{_port}
                interval: 1s
                failureThreshold: 1
            """);
        await agent.UntilAsync("n8n", "healthy");

        await _database!.StopAsync();

        var last = (await agent.UntilAsync("n8n", "unhealthy")).GetProperty("last");
        last.GetProperty("errorType").GetString().ShouldBe("unexpected_status");
        last.GetProperty("reason").GetString().ShouldBe("status == 200: was 503; json $.status == ok: was error");

        await _database.StartAsync();
        await agent.UntilAsync("n8n", "healthy");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
