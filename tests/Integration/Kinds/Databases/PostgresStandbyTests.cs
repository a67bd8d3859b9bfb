using HealthAgent.Integration.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips to a PostgreSQL that has become a standby.</summary>
public sealed class PostgresStandbyTests(PostgresRoundTripServer postgres) : IClassFixture<PostgresRoundTripServer>
{
    [Fact]
    public async Task RoundTrip_ToAStandby_SaysSo()
    {
        await postgres.StartAsync(() => new PostgreSqlBuilder(TestEnvironment.PostgresImage)
            .WithUsername("agent").WithPassword("secret").WithDatabase("agent").WithPortBinding(Containers.FreePort(), 5432).Build());
        await postgres.ResetAsync();
        string[] roundTrips = ["roundTrip: true", "roundTrip: { table: health.round_trip }"];
        foreach (var roundTrip in roundTrips)
        {
            await postgres.GrantAsync(roundTrip);
        }

        await postgres.DemoteAsync();

        foreach (var roundTrip in roundTrips)
        {
            var verdict = await PostgresRoundTripping.JudgeAsync(postgres.Port, roundTrip);

            verdict.ErrorType.ShouldBe(ErrorType.ConnectionFailed, verdict.Reason);
            verdict.Reason.ShouldStartWith("writing a row to ");
            verdict.Reason.ShouldEndWith($": 127.0.0.1:{postgres.Port} is a standby, which takes no writes");
        }
    }
}
