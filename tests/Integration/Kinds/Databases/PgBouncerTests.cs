using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>A real PostgreSQL behind a real PgBouncer, in each of its modes.</summary>
public sealed class PgBouncerTests(PgBouncerTests.Pooler pooler) : IClassFixture<PgBouncerTests.Pooler>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await pooler.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("session", "")]
    [InlineData("session", "roundTrip: true")]
    [InlineData("session", "roundTrip: { table: health.round_trip }")]
    [InlineData("session", "roundTrip: { function: health.round_trip_of }")]
    [InlineData("transaction", "")]
    [InlineData("transaction", "roundTrip: true")]
    [InlineData("transaction", "roundTrip: { table: health.round_trip }")]
    [InlineData("transaction", "roundTrip: { function: health.round_trip_of }")]
    [InlineData("statement", "")]
    [InlineData("statement", "roundTrip: { table: health.round_trip }")]
    [InlineData("statement", "roundTrip: { function: health.round_trip_of }")]
    public async Task Server_BehindAPooler_IsAskedInAnyMode(string mode, string roundTrip)
    {
        var verdict = await JudgeAsync($"probe:secret@127.0.0.1:{pooler.Port}/{mode}", roundTrip);

        verdict.Reason.ShouldBeNull();
        verdict.Observed("value").ShouldBe(7d);
        (await pooler.Postgres.CountAsync("select count(*) from health.round_trip")).ShouldBe(0);
    }

    [Theory]
    [InlineData("probe:secret", "none", "", ErrorType.NotFound, "08P01: no such database: none")]
    [InlineData("probe:wrong", "transaction", "", ErrorType.Authentication, "08P01: SASL authentication failed")]
    [InlineData("probe:secret", "dropped", "", ErrorType.NotFound, "3D000: database \"dropped\" does not exist")]
    [InlineData("probe:secret", "unreachable", "", ErrorType.Timeout,
        "08P01: query_wait_timeout; the pooler had no session of the server to give: its pool is full, or it does not reach the server")]
    [InlineData("probe:secret", "statement", "roundTrip: true", ErrorType.Protocol,
        "writing a row to a temporary table: 08P01: transaction blocks not allowed in statement pooling mode; "
        + "write { table: … } or { function: … }, which need no session of their own")]
    public async Task Pooler_ThatRefuses_IsToldFromTheServer(
        string credentials, string database, string roundTrip, ErrorType errorType, string reason)
    {
        var verdict = await JudgeAsync($"{credentials}@127.0.0.1:{pooler.Port}/{database}", roundTrip);

        (verdict.ErrorType, verdict.Reason).ShouldBe((errorType, reason));
        verdict.Observed("connect").ShouldBeOfType<TimeSpan>("a server that answers was reached");
    }

    private static Task<CheckVerdict> JudgeAsync(string target, string roundTrip) => CheckRun.JudgeAsync(
        "kind: postgres", $"connectionString: postgres://{target}", roundTrip, "query: select 7", "timeout: 10s");

    /// <summary>The pooler, and the server behind it.</summary>
    public sealed class Pooler : IAsyncDisposable
    {
        private const string Folder = "/etc/pgbouncer";

        private IContainer? _pooler;

        public PostgresRoundTripServer Postgres { get; } = new();

        public int Port => _pooler!.GetMappedPublicPort(6432);

        public async Task StartAsync()
        {
            if (_pooler is not null)
            {
                return;
            }

            var image = TestEnvironment.PgBouncerImage;
            await Postgres.StartAsync(() => new PostgreSqlBuilder(TestEnvironment.PostgresImage)
                .WithUsername("agent").WithPassword("secret").WithDatabase("agent").Build());
            await Postgres.ResetAsync();
            foreach (var roundTrip in (string[])["table:", "function:", "temporary"])
            {
                await Postgres.GrantAsync(roundTrip);
            }

            _pooler = new ContainerBuilder(image)
                .WithPortBinding(6432, assignRandomHostPort: true)
                .WithResourceMapping(Encoding.UTF8.GetBytes(Configuration()), $"{Folder}/pgbouncer.ini")
                .WithResourceMapping("\"probe\" \"secret\"\n"u8.ToArray(), $"{Folder}/users")
                .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("process up"))
                .Build();
            await _pooler.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (_pooler is not null)
            {
                await _pooler.DisposeAsync();
            }

            await Postgres.DisposeAsync();
        }

        private string Configuration() => $"""
            [databases]
            session = host={Postgres.Address} dbname=agent pool_mode=session
            transaction = host={Postgres.Address} dbname=agent pool_mode=transaction
            statement = host={Postgres.Address} dbname=agent pool_mode=statement
            dropped = host={Postgres.Address}
            unreachable = host={Postgres.Address} port=1
            [pgbouncer]
            listen_addr = *
            listen_port = 6432
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {Folder}/users
            default_pool_size = 2
            query_wait_timeout = 1

            """;
    }
}
