using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration;

/// <summary>Round trips through a real PostgreSQL, by a user who may do no more than the documentation asks for.</summary>
public sealed class PostgresRoundTripTests(PostgresRoundTripServer postgres) : IClassFixture<PostgresRoundTripServer>, IAsyncLifetime
{
    private const string Temporary = "roundTrip: true";
    private const string Table = "roundTrip: { table: health.round_trip }";
    private const string Function = "roundTrip: { function: health.round_trip_of }";

    public async ValueTask InitializeAsync()
    {
        await postgres.StartAsync(() => new PostgreSqlBuilder(TestEnvironment.PostgresImage)
            .WithUsername("agent").WithPassword("secret").WithDatabase("agent").Build());
        await postgres.ResetAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Temporary, "write read delete")]
    [InlineData(Table, "write read delete")]
    [InlineData(Function, "function")]
    public async Task RoundTrip_WithTheRightsOfTheDocumentation_PassesAndLeavesNothing(string roundTrip, string phases)
    {
        await postgres.GrantAsync(roundTrip);

        var verdict = await JudgeAsync(postgres.Port, roundTrip);

        verdict.Reason.ShouldBeNull();
        foreach (var phase in phases.Split(' '))
        {
            verdict.Observed(phase).ShouldBeOfType<TimeSpan>();
        }

        await postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_AfterTheStatementsOfTheDocumentation_Passes()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/checks.md"));
        var sql = page.Split("```sql\n")[1].Split("```")[0];
        sql.ShouldContain("create table health.round_trip ");
        await postgres.RunSqlAsync($"drop schema health cascade; {sql.Replace(" to health;", " to probe;", StringComparison.Ordinal)}");

        (await JudgeAsync(postgres.Port, Table)).Reason.ShouldBeNull();
        (await JudgeAsync(postgres.Port, Function)).Reason.ShouldBeNull();
        await postgres.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(Temporary)]
    [InlineData(Table)]
    [InlineData(Function)]
    public async Task RoundTrip_CutOffAtEveryStep_LeavesNothingButARowThatIsCleanedUp(string roundTrip)
    {
        await postgres.GrantAsync(roundTrip);
        await using var whole = new CutProxy(postgres.Port);
        (await JudgeAsync(whole.Port, roundTrip)).Reason.ShouldBeNull();
        List<string> steps = [];
        List<long> left = [];
        for (var last = 1; last <= whole.Messages; last++)
        {
            var before = await postgres.CountAsync("select count(*) from health.round_trip");
            await using (var proxy = new CutProxy(postgres.Port, last))
            {
                var verdict = await JudgeAsync(proxy.Port, roundTrip);
                if (verdict.Result != Result.Pass)
                {
                    verdict.ErrorType.ShouldBe(ErrorType.ConnectionReset, $"after message {last}: {verdict.Reason}");
                    steps.Add(verdict.Reason!.Split(':')[0]);
                }
            }

            left.Add(await postgres.CountAsync("select count(*) from health.round_trip") - before);
        }

        // The server sees the end of a session some time after the connection's.
        await Eventually.TrueAsync(postgres.TemporaryTablesAsync, count => count == 0, "no temporary table is left");
        await Eventually.TrueAsync(postgres.SessionsAsync, count => count == 0, "no session is left");
        StepsOf(roundTrip).Except(steps, StringComparer.Ordinal).ShouldBeEmpty(string.Join(", ", steps));
        left.ShouldAllBe(rows => rows >= 0 && rows <= 1);
        left.Sum().ShouldBe(roundTrip == Table ? 2 : 0, "cut off while writing and while reading");

        // What is young may be of a run that is under way; what is old is deleted by the next.
        (await JudgeAsync(postgres.Port, roundTrip)).Reason.ShouldBeNull();
        (await postgres.CountAsync("select count(*) from health.round_trip")).ShouldBe(left.Sum());
        await postgres.RunSqlAsync(
            "insert into health.round_trip values ('another', 'x', now()); "
            + "update health.round_trip set written_at = written_at - interval '1 hour'");
        (await JudgeAsync(postgres.Port, roundTrip)).Reason.ShouldBeNull();
        (await postgres.CountAsync("select count(*) from health.round_trip where check_name = 'subject'")).ShouldBe(0);
        (await postgres.CountAsync("select count(*) from health.round_trip where check_name = 'another'")).ShouldBe(1);
    }

    [Theory]
    [InlineData(
        "before insert", "return null", "writing a row to \"health\".\"round_trip\": 0 rows were written, although the server accepted it")]
    [InlineData("before insert", "new.id := md5(new.id); return new",
        "reading the row back from \"health\".\"round_trip\": it is not there, although it was committed")]
    [InlineData("before delete", "return null", "deleting the row from \"health\".\"round_trip\": 0 rows were deleted")]
    public async Task RoundTrip_ThroughATriggerThatLies_Fails(string when, string body, string reason)
    {
        await postgres.GrantAsync(Table);
        await postgres.RunSqlAsync(
            $"create function health.lie() returns trigger language plpgsql as 'begin {body}; end'; "
            + $"create trigger lie {when} on health.round_trip for each row execute function health.lie()");

        var verdict = await JudgeAsync(postgres.Port, Table);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData(
        "add column owner text not null", "23502: null value in column \"owner\"", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("add check (check_name <> 'subject')", "23514: new row", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("alter column id type varchar(8)", "22001: value too long", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("alter column id type uuid using id::uuid", "42804: column \"id\" is of type uuid",
        "(check_name text, id text, written_at timestamptz)")]
    [InlineData("enable row level security", "42501: new row violates row-level security",
        "; the user needs a policy for insert, select and delete")]
    public async Task RoundTrip_ToATableThatRefusesTheRow_SaysWhatItTakes(string change, string said, string needed)
    {
        await postgres.GrantAsync(Table);
        await postgres.RunSqlAsync($"alter table health.round_trip {change}");

        var verdict = await JudgeAsync(postgres.Port, Table);

        verdict.ErrorType.ShouldBe(said.StartsWith("42501", StringComparison.Ordinal) ? ErrorType.Authorization : ErrorType.Expectation);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith($"writing a row to \"health\".\"round_trip\": {said}");
        verdict.Reason.ShouldContain(needed);
        await postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_ThroughATriggerThatRaises_IsRefused()
    {
        await postgres.GrantAsync(Table);
        await postgres.RunSqlAsync(
            "create function health.no() returns trigger language plpgsql as 'begin raise exception ''closed''; end'; "
            + "create trigger no before insert on health.round_trip for each row execute function health.no()");

        var verdict = await JudgeAsync(postgres.Port, Table);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe("writing a row to \"health\".\"round_trip\": P0001: closed");
    }

    [Fact]
    public async Task RoundTrip_OfSeveralAgents_IsEachItsOwn()
    {
        await postgres.GrantAsync(Table);
        await postgres.RunSqlAsync("alter table health.round_trip add column host text default 'h', enable row level security; "
            + "create policy health on health.round_trip to probe using (true)");

        foreach (var verdict in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => JudgeAsync(postgres.Port, Table, "timeout: 10s"))))
        {
            verdict.Reason.ShouldBeNull();
        }

        await postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_ThroughAFunctionThatLies_Fails()
    {
        await postgres.GrantAsync(Function);
        await postgres.RunSqlAsync(
            "create or replace function health.round_trip_of(token text) returns text language sql as 'select ''x'''");

        var verdict = await JudgeAsync(postgres.Port, Function);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe("calling \"health\".\"round_trip_of\": it did not return the text that it was given");
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
        await postgres.GrantAsync(roundTrip);
        await postgres.RunSqlAsync(revoke);

        var verdict = await JudgeAsync(postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        var reason = verdict.Reason.ShouldNotBeNull();
        reason.ShouldStartWith(step);
        reason.ShouldContain(": 42501: permission denied");
        reason.ShouldContain("; the user needs ");
        reason.ShouldContain(needed);
        await postgres.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData("roundTrip: { table: health.none }", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("roundTrip: { table: none.round_trip }", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("roundTrip: { table: health.narrow }", "(check_name text, id text, written_at timestamptz)")]
    [InlineData("roundTrip: { function: health.none }", "a function \"health\".\"none\"(text) returns text")]
    public async Task RoundTrip_ToWhatIsNotThere_SaysWhatItTakes(string roundTrip, string form)
    {
        await postgres.GrantAsync(Table);

        var verdict = await JudgeAsync(postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.NotFound);
        verdict.Reason.ShouldNotBeNull().ShouldContain(form);
    }

    [Fact]
    public async Task RoundTrip_ToATableOfAnOddName_GoesThereAndNowhereElse()
    {
        await postgres.RunSqlAsync(
            """
            create table health."x (check_name) values (1); drop table health.round_trip; --" (
                check_name text, id text, written_at timestamptz);
            grant usage on schema health to probe;
            grant insert, select, delete on health."x (check_name) values (1); drop table health.round_trip; --" to probe
            """);

        var verdict = await JudgeAsync(
            postgres.Port, """roundTrip: { table: 'health."x (check_name) values (1); drop table health.round_trip; --"' }""");

        verdict.Reason.ShouldBeNull();
        await postgres.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(Temporary)]
    [InlineData(Table)]
    public async Task RoundTrip_OfAReadOnlyUser_SaysSo(string roundTrip)
    {
        await postgres.GrantAsync(roundTrip);
        await postgres.RunSqlAsync("alter role probe set default_transaction_read_only = on");

        var verdict = await JudgeAsync(postgres.Port, roundTrip);

        verdict.ErrorType.ShouldBe(ErrorType.ConnectionFailed);
        verdict.Reason.ShouldEndWith($": 127.0.0.1:{postgres.Port} takes no writes: default_transaction_read_only is on");
    }

    [Fact]
    public async Task RoundTrip_OnALockedTable_TimesOutAndLeavesNothing()
    {
        await postgres.GrantAsync(Table);
        await using var held = await postgres.LockAsync("lock table health.round_trip in access exclusive mode");

        var verdict = await JudgeAsync(postgres.Port, Table, "timeout: 1s");

        verdict.ErrorType.ShouldBe(ErrorType.Timeout);
        verdict.Reason.ShouldBe("timed out while writing a row to \"health\".\"round_trip\"");
        await Eventually.TrueAsync(postgres.SessionsAsync, count => count == 0, "the server has given the statement up");
    }

    internal static Task<CheckVerdict> JudgeAsync(int port, string roundTrip, string timeout = "timeout: 5s") => CheckRun.JudgeAsync(
        "kind: postgres", $"connectionString: postgres://probe:secret@127.0.0.1:{port}/agent?sslmode=disable", roundTrip, timeout);

    private static string[] StepsOf(string roundTrip) => roundTrip switch
    {
        Temporary =>
            ["writing a row to a temporary table", "reading the row back from the temporary table", "rolling the temporary table back"],
        Table =>
        [
            "writing a row to \"health\".\"round_trip\"", "reading the row back from \"health\".\"round_trip\"",
            "deleting the row from \"health\".\"round_trip\"",
        ],
        _ => ["calling \"health\".\"round_trip_of\""],
    };
}
