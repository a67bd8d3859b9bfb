using System.Net;
using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Npgsql;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Reload;

/// <summary>A configuration that changes while the agent is running.</summary>
public sealed partial class ReloadTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create("reload-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Process_OfAConfigMapThatIsSwappedAndOfSighup_TakesWhatIsRight()
    {
        await SwapAsync("first", "checks:\n  - { name: first, kind: memory }\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "agent.yaml"), "..data/agent.yaml");
        await using var agent =
            AgentProgram.Start(["--config", Path.Combine(_folder, "agent.yaml")], _folder, ("HEALTH_AGENT_LISTEN", "http://127.0.0.1:0"));
        var banner =
            await Eventually.TrueAsync(() => agent.Output, output => output.Contains("/metrics", StringComparison.Ordinal), "the banner");
        using var client = new HttpClient { BaseAddress = new Uri(Address().Match(banner).Value) };
        await UntilAsync(client, "first", HttpStatusCode.OK);

        // As the kubelet does: all files in a new folder, and a link renamed over the previous one.
        await SwapAsync("second", "checks:\n  - { name: second, kind: memory }\n");
        await UntilAsync(client, "second", HttpStatusCode.OK);
        await UntilAsync(client, "first", HttpStatusCode.NotFound);

        // Rejected automatically and again by signal; the previous configuration is kept.
        await SwapAsync("third", "checks:\n  - { name: third, kind: memry }\n");
        await Eventually.TrueAsync(() => agent.Output, output => Rejected().Count(output) == 1, "the mistake is reported");
        await agent.SignalAsync("HUP");
        await Eventually.TrueAsync(() => agent.Output, output => Rejected().Count(output) == 2, "the signal is heard");
        agent.Output.ShouldContain("did you mean 'memory'?");
        await UntilAsync(client, "second", HttpStatusCode.OK);
        (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
            .ShouldContain("health_agent_config_last_reload_successful{} 0");

        await agent.SignalAsync("TERM");
        (await agent.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Secret_OfARealDatabaseThatIsRotated_IsTakenUp()
    {
        await using var postgres = new PostgreSqlBuilder(TestEnvironment.PostgresImage).WithUsername("agent").WithPassword("the-first-one")
            .WithDatabase("agent").Build();
        await postgres.StartAsync();
        var secret = Path.Combine(_folder, "orders-db");
        string Connection(string password) =>
            $"Host=127.0.0.1;Port={postgres.GetMappedPublicPort(5432)};Username=agent;Password={password};Database=agent;Pooling=false";
        await File.WriteAllTextAsync(secret, Connection("the-first-one"));
        await using var agent = await TestAgent.StartAsync(
            "  - { name: orders-db, kind: postgres, connectionString: \"${file:" + secret + "}\" }");
        await agent.UntilAsync("orders-db", "healthy");

        await using (var connection = new NpgsqlConnection(Connection("the-first-one")))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("alter user agent password 'another-one'", connection);
            await command.ExecuteNonQueryAsync();
        }

        var unhealthy = await agent.UntilAsync("orders-db", "unhealthy");
        unhealthy.GetProperty("last").GetProperty("errorType").GetString().ShouldBe("authentication");
        await File.WriteAllTextAsync(secret, Connection("another-one"));

        var healthy = await agent.UntilAsync("orders-db", "healthy");
        healthy.ToString().ShouldNotContain("another-one");
    }

    private async Task SwapAsync(string name, string yaml)
    {
        Directory.CreateDirectory(Path.Combine(_folder, $"..{name}"));
        await File.WriteAllTextAsync(Path.Combine(_folder, $"..{name}", "agent.yaml"), yaml);
        var next = Path.Combine(_folder, "..data_tmp");
        File.CreateSymbolicLink(next, $"..{name}");
        var (exitCode, output) = await ChildProcess.RunAsync("mv", ["-T", next, Path.Combine(_folder, "..data")]);
        exitCode.ShouldBe(0, output);
    }

    private static Task UntilAsync(HttpClient client, string check, HttpStatusCode status) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await client.GetAsync(new Uri($"/health/checks/{check}", UriKind.Relative));
            return answer.StatusCode;
        },
        code => code == status,
        $"{check} answers {status}");

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex("configuration rejected", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rejected();
}
