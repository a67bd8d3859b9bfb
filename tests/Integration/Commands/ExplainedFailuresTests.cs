using HealthAgent.Integration.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Commands;

/// <summary>Why a check of a real server fails, found out with one command.</summary>
public sealed class ExplainedFailuresTests : IAsyncLifetime
{
    private readonly int _port = Containers.FreePort();
    private PostgreSqlContainer? _container;

    public async ValueTask InitializeAsync()
    {
        _container = Containers.Postgres(_port);
        await _container.StartAsync(TestContext.Current.CancellationToken);
        var made = await _container.ExecScriptAsync("create role crowded login password 'correct-horse' connection limit 0");
        made.ExitCode.ShouldBe(0, made.Stderr);
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("agent:wrong", "agent", "authentication", "password authentication failed for user \"agent\"",
        "the credentials are rejected: a wrong user or password, or one that was rotated")]
    [InlineData("crowded:correct-horse", "agent", "resource_exhausted", "too many connections for role \"crowded\"",
        "the target has no room left for this, be it connections, memory or disk: see what takes it, or raise its limit")]
    [InlineData("agent:correct-horse", "orders", "not_found", "database \"orders\" does not exist",
        "what is asked for does not exist there: renamed, dropped, or not yet migrated")]
    [InlineData("agent", "agent", "authentication", "No password has been provided",
        "the server wants a password, and the check sends none: write it into connectionString")]
    [InlineData("agent:correct-horse", "agent?sslmode=require", "tls", "SSL connection requested",
        "the server has no TLS: write sslmode=prefer or disable, or let ssl be switched on in postgresql.conf")]
    public async Task Postgres_ThatRefuses_IsExplained(string credentials, string database, string type, string reason, string hint)
    {
        var (code, output) = await AgentProgram.RunAsync("check", "--url", $"postgres://{credentials}@127.0.0.1:{_port}/{database}");

        code.ShouldBe(2, output);
        output.ShouldMatch($@"postgres: fail in \S+ \({type}\)");
        output.ShouldContain(reason);
        output.ShouldContain($"  hint: {hint}\n");
        output.ShouldContain($"runbooks/error-types.md#{type}\n");
        output.ShouldContain($"127.0.0.1:{_port}  127.0.0.1  ");
        output.ShouldNotContain("correct-horse");
    }

    [Theory]
    [InlineData("select count(*) from missing", "not_found", "42P01: relation \"missing\" does not exist",
        "there is no such table in this database, or not in the user's search_path: write schema.table")]
    [InlineData("selct 1", "protocol", "42601: syntax error", "the server runs, and rejects the statement: see 'asked'")]
    [InlineData("create table t (id int)", "authorization", "25006: cannot execute CREATE TABLE in a read-only transaction",
        "the check runs its query in a transaction that is read only: use roundTrip")]
    public async Task Postgres_ThatRejectsAStatement_IsExplained(string query, string type, string reason, string hint)
    {
        var (code, output) = await AgentProgram.RunAsync(
            "check", "--url", $"postgres://agent:correct-horse@127.0.0.1:{_port}/agent", "--query", query);

        code.ShouldBe(2, output);
        output.ShouldMatch($@"postgres: fail in \S+ \({type}\)");
        output.ShouldContain(reason);
        output.ShouldContain($"  hint: {hint}");
        output.ShouldContain($"  asked:\n    {query}\n");
    }

    [Fact]
    public async Task Postgres_ThatAnswers_IsExplainedWithItsStatements()
    {
        var (code, output) = await AgentProgram.RunAsync(
            "check", "--url", $"postgres://agent:correct-horse@127.0.0.1:{_port}/agent", "--query", "select 42 -- correct-horse",
            "--expect", "value == 42", "--roundTrip");

        code.ShouldBe(0, output);
        output.ShouldContain($"    127.0.0.1:{_port}  127.0.0.1  connected\n");
        output.ShouldContain("  asked:\n    select 42 -- ***\n");
        output.ShouldContain("insert into pg_temp.health_agent_round_trip (id) values ($1)\n");
        output.ShouldContain("    ok      value == 42  was 42");
    }
}
