namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips that PostgreSQL refuses: the reason says what they need.</summary>
public sealed class PostgresRoundTripRefusalTests(PostgresRoundTripServer postgres) : PostgresRoundTripping(postgres)
{
    private const string Form = "(check_name text, id text, written_at timestamptz)";

    [Theory]
    [InlineData("add column owner text not null", "23502: null value in column \"owner\"", Form)]
    [InlineData("add check (check_name <> 'subject')", "23514: new row", Form)]
    [InlineData("alter column id type varchar(8)", "22001: value too long", Form)]
    [InlineData("alter column id type uuid using id::uuid", "42804: column \"id\" is of type uuid", Form)]
    [InlineData(
        "enable row level security", "42501: new row violates row-level security",
        "; the user needs a policy for insert, select and delete")]
    public async Task RoundTrip_ToATableThatRefusesTheRow_SaysWhatItTakes(string change, string said, string needed)
    {
        await Postgres.GrantAsync(Table);
        await Postgres.RunSqlAsync($"alter table health.round_trip {change}");

        var verdict = await JudgeAsync(Postgres.Port, Table);

        verdict.ErrorType.ShouldBe(said.StartsWith("42501", StringComparison.Ordinal) ? ErrorType.Authorization : ErrorType.Expectation);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith($"writing a row to \"health\".\"round_trip\": {said}");
        verdict.Reason.ShouldContain(needed);
        await Postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_ThroughATriggerThatRaises_IsRefused()
    {
        await Postgres.GrantAsync(Table);
        await Postgres.RunSqlAsync(
            "create function health.no() returns trigger language plpgsql as 'begin raise exception ''closed''; end'; "
            + "create trigger no before insert on health.round_trip for each row execute function health.no()");

        var verdict = await JudgeAsync(Postgres.Port, Table);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe("writing a row to \"health\".\"round_trip\": P0001: closed");
    }

    [Theory]
    [InlineData(
        Temporary, "revoke temporary on database agent from probe", "writing a row to a temporary table", "temporary on the database")]
    [InlineData(
        Table, "revoke usage on schema health from probe", "writing a row to", "insert, select, delete on \"health\".\"round_trip\"")]
    [InlineData(
        Table, "revoke insert on health.round_trip from probe", "writing a row to", "insert, select, delete on \"health\".\"round_trip\"")]
    [InlineData(
        Table, "revoke select on health.round_trip from probe", "writing a row to", "insert, select, delete on \"health\".\"round_trip\"")]
    [InlineData(
        Table, "revoke delete on health.round_trip from probe", "writing a row to", "insert, select, delete on \"health\".\"round_trip\"")]
    [InlineData(Function, "revoke execute on function health.round_trip_of from probe", "calling", "execute on function")]
    public async Task RoundTrip_WithoutARight_SaysWhatIsNeeded(string roundTrip, string revoke, string step, string needed)
    {
        await Postgres.GrantAsync(roundTrip);
        await Postgres.RunSqlAsync(revoke);

        var verdict = await JudgeAsync(Postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        var reason = verdict.Reason.ShouldNotBeNull();
        reason.ShouldStartWith(step);
        reason.ShouldContain(": 42501: permission denied");
        reason.ShouldContain("; the user needs ");
        reason.ShouldContain(needed);
        await Postgres.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData("roundTrip: { table: health.none }", Form)]
    [InlineData("roundTrip: { table: none.round_trip }", Form)]
    [InlineData("roundTrip: { table: health.narrow }", Form)]
    [InlineData("roundTrip: { function: health.none }", "a function \"health\".\"none\"(text) returns text")]
    public async Task RoundTrip_ToWhatIsNotThere_SaysWhatItTakes(string roundTrip, string form)
    {
        await Postgres.GrantAsync(Table);

        var verdict = await JudgeAsync(Postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.NotFound);
        verdict.Reason.ShouldNotBeNull().ShouldContain(form);
    }

    [Theory]
    [InlineData(Temporary)]
    [InlineData(Table)]
    public async Task RoundTrip_OfAReadOnlyUser_SaysSo(string roundTrip)
    {
        await Postgres.GrantAsync(roundTrip);
        await Postgres.RunSqlAsync("alter role probe set default_transaction_read_only = on");

        var verdict = await JudgeAsync(Postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.ConnectionFailed);
        verdict.Reason.ShouldEndWith($": 127.0.0.1:{Postgres.Port} takes no writes: default_transaction_read_only is on");
    }
}
