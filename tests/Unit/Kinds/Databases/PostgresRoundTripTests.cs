using HealthAgent.Kinds.Databases;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class PostgresRoundTripTests
{
    private const string Check = "checks: [{name: a, kind: postgres, connectionString: Host=h, ";

    [Theory]
    [InlineData("health.round_trip", "\"health\".\"round_trip\"")]
    [InlineData("Health.Round_Trip", "\"health\".\"round_trip\"")]
    [InlineData("\"Health\".\"Round Trip\"", "\"Health\".\"Round Trip\"")]
    [InlineData("health.\"a\"\"b\"", "\"health\".\"a\"\"b\"")]
    [InlineData("\"a.b\".c", "\"a.b\".\"c\"")]
    [InlineData("gesundheit.prüfung$1", "\"gesundheit\".\"prüfung$1\"")]
    public void Name_AsInSql_IsQuoted(string text, string sql) => PostgresName.Parse(text).ShouldNotBeNull().ToString().ShouldBe(sql);

    [Theory]
    [InlineData("")]
    [InlineData("round_trip")]
    [InlineData("a.b.c")]
    [InlineData("a.")]
    [InlineData("a.b;drop table c")]
    [InlineData("a.b --")]
    [InlineData("a.1b")]
    [InlineData("a.\"b")]
    [InlineData("a.\"b\"c\"")]
    [InlineData("a.\"\"")]
    [InlineData("a.b\n")]
    [InlineData("a.\"b\0\"")]
    public void Name_ThatIsNone_IsRefused(string text) => PostgresName.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("roundTrip: true", Tier.Functional)]
    [InlineData("roundTrip: {table: a.b}", Tier.Functional)]
    [InlineData("roundTrip: {function: a.b}", Tier.Functional)]
    [InlineData("roundTrip: false", Tier.Dependency)]
    public void RoundTrip_Written_MakesTheCheckFunctional(string setting, Tier tier)
    {
        var configured = Configured.Read($"{Check}{setting}}}]");
        configured.Errors.ShouldBeEmpty();
        configured.Plans.ShouldHaveSingleItem().Tier.ShouldBe(tier);
    }

    [Theory]
    [InlineData("roundTrip: maybe", "checks[a].roundTrip: 'maybe' is neither true nor false")]
    [InlineData(
        "roundTrip: {table: b}", "checks[a].roundTrip.table: 'b' is not a name with its schema; write one such as health.round_trip")]
    [InlineData("roundTrip: {table: a.b, function: a.c}",
        "checks[a].roundTrip.function: a row goes to a table or by a function; write one of them")]
    [InlineData("roundTrip: {tabel: a.b}", "checks[a].roundTrip.tabel: unknown key (did you mean 'table'?)")]
    public void RoundTrip_ThatIsWrong_IsRefused(string setting, string error) =>
        Configured.Read($"{Check}{setting}}}]").Errors.ShouldHaveSingleItem().ShouldEndWith(error);
}
