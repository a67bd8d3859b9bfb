using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips through a real PostgreSQL that each test finds as new.</summary>
public abstract class PostgresRoundTripping(PostgresRoundTripServer postgres) : IClassFixture<PostgresRoundTripServer>, IAsyncLifetime
{
    protected const string Temporary = "roundTrip: true";
    protected const string Table = "roundTrip: { table: health.round_trip }";
    protected const string Function = "roundTrip: { function: health.round_trip_of }";

    private protected PostgresRoundTripServer Postgres => postgres;

    public async ValueTask InitializeAsync()
    {
        await postgres.StartAsync(() => new PostgreSqlBuilder(TestEnvironment.PostgresImage)
            .WithUsername("agent").WithPassword("secret").WithDatabase("agent").Build());
        await postgres.ResetAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal static Task<CheckVerdict> JudgeAsync(int port, string roundTrip, string timeout = "timeout: 5s") => CheckRun.JudgeAsync(
        "kind: postgres", $"connectionString: postgres://probe:secret@127.0.0.1:{port}/agent?sslmode=disable", roundTrip, timeout);
}
