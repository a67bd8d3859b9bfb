using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips through a real PostgreSQL, by a user who may do no more than the documentation asks for.</summary>
public sealed class PostgresRoundTripTests(PostgresRoundTripServer postgres) : PostgresRoundTripping(postgres)
{
    [Theory]
    [InlineData(Temporary, "write read delete")]
    [InlineData(Table, "write read delete")]
    [InlineData(Function, "function")]
    public async Task RoundTrip_WithTheRightsOfTheDocumentation_PassesAndLeavesNothing(string roundTrip, string phases)
    {
        await Postgres.GrantAsync(roundTrip);

        var verdict = await JudgeAsync(Postgres.Port, roundTrip);

        verdict.Reason.ShouldBeNull();
        foreach (var phase in phases.Split(' '))
        {
            verdict.Observed(phase).ShouldBeOfType<TimeSpan>();
        }

        await Postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_AfterTheStatementsOfTheDocumentation_Passes()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/checks.md"));
        var sql = page.Split("```sql\n")[1].Split("```")[0];
        sql.ShouldContain("create table health.round_trip ");
        await Postgres.RunSqlAsync($"drop schema health cascade; {sql.Replace(" to health;", " to probe;", StringComparison.Ordinal)}");

        (await JudgeAsync(Postgres.Port, Table)).Reason.ShouldBeNull();
        (await JudgeAsync(Postgres.Port, Function)).Reason.ShouldBeNull();
        await Postgres.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(Temporary)]
    [InlineData(Table)]
    [InlineData(Function)]
    public async Task RoundTrip_CutOffAtEveryStep_LeavesNothingButARowThatIsCleanedUp(string roundTrip)
    {
        await Postgres.GrantAsync(roundTrip);
        await using var whole = new CutProxy(Postgres.Port);
        (await JudgeAsync(whole.Port, roundTrip)).Reason.ShouldBeNull();
        List<string> steps = [];
        List<long> left = [];
        for (var last = 1; last <= whole.Messages; last++)
        {
            var before = await Postgres.CountAsync("select count(*) from health.round_trip");
            await using (var proxy = new CutProxy(Postgres.Port, last))
            {
                var verdict = await JudgeAsync(proxy.Port, roundTrip);
                if (verdict.Result != Result.Pass)
                {
                    verdict.ErrorType.ShouldBe(ErrorType.ConnectionReset, $"after message {last}: {verdict.Reason}");
                    steps.Add(verdict.Reason!.Split(':')[0]);
                }
            }

            left.Add(await Postgres.CountAsync("select count(*) from health.round_trip") - before);
        }

        // The server sees the end of a session some time after the connection's.
        await Eventually.TrueAsync(Postgres.TemporaryTablesAsync, count => count == 0, "no temporary table is left");
        await Eventually.TrueAsync(Postgres.SessionsAsync, count => count == 0, "no session is left");
        StepsOf(roundTrip).Except(steps, StringComparer.Ordinal).ShouldBeEmpty(string.Join(", ", steps));
        left.ShouldAllBe(rows => rows >= 0 && rows <= 1);
        left.Sum().ShouldBe(roundTrip == Table ? 2 : 0, "cut off while writing and while reading");

        // What is young may be of a run that is under way; what is old is deleted by the next.
        (await JudgeAsync(Postgres.Port, roundTrip)).Reason.ShouldBeNull();
        (await Postgres.CountAsync("select count(*) from health.round_trip")).ShouldBe(left.Sum());
        await Postgres.RunSqlAsync(
            "insert into health.round_trip values ('another', 'x', now()); "
            + "update health.round_trip set written_at = written_at - interval '1 hour'");
        (await JudgeAsync(Postgres.Port, roundTrip)).Reason.ShouldBeNull();
        (await Postgres.CountAsync("select count(*) from health.round_trip where check_name = 'subject'")).ShouldBe(0);
        (await Postgres.CountAsync("select count(*) from health.round_trip where check_name = 'another'")).ShouldBe(1);
    }

    [Theory]
    [InlineData(
        "before insert", "return null", "writing a row to \"health\".\"round_trip\": 0 rows were written, although the server accepted it")]
    [InlineData("before insert", "new.id := md5(new.id); return new",
        "reading the row back from \"health\".\"round_trip\": it is not there, although it was committed")]
    [InlineData("before delete", "return null", "deleting the row from \"health\".\"round_trip\": 0 rows were deleted")]
    public async Task RoundTrip_ThroughATriggerThatLies_Fails(string when, string body, string reason)
    {
        await Postgres.GrantAsync(Table);
        await Postgres.RunSqlAsync(
            $"create function health.lie() returns trigger language plpgsql as 'begin {body}; end'; "
            + $"create trigger lie {when} on health.round_trip for each row execute function health.lie()");

        var verdict = await JudgeAsync(Postgres.Port, Table);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task RoundTrip_OfSeveralAgents_IsEachItsOwn()
    {
        await Postgres.GrantAsync(Table);
        await Postgres.RunSqlAsync("alter table health.round_trip add column host text default 'h', enable row level security; "
            + "create policy health on health.round_trip to probe using (true)");

        foreach (var verdict in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => JudgeAsync(Postgres.Port, Table, "timeout: 10s"))))
        {
            verdict.Reason.ShouldBeNull();
        }

        await Postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_ThroughAFunctionThatLies_Fails()
    {
        await Postgres.GrantAsync(Function);
        await Postgres.RunSqlAsync(
            "create or replace function health.round_trip_of(token text) returns text language sql as 'select ''x'''");

        var verdict = await JudgeAsync(Postgres.Port, Function);

        verdict.ErrorType.ShouldBe(ErrorType.Expectation);
        verdict.Reason.ShouldBe("calling \"health\".\"round_trip_of\": it did not return the text that it was given");
    }

    [Fact]
    public async Task RoundTrip_ToATableOfAnOddName_GoesThereAndNowhereElse()
    {
        await Postgres.RunSqlAsync(
            """
            create table health."x (check_name) values (1); drop table health.round_trip; --" (
                check_name text, id text, written_at timestamptz);
            grant usage on schema health to probe;
            grant insert, select, delete on health."x (check_name) values (1); drop table health.round_trip; --" to probe
            """);

        var verdict = await JudgeAsync(
            Postgres.Port, """roundTrip: { table: 'health."x (check_name) values (1); drop table health.round_trip; --"' }""");

        verdict.Reason.ShouldBeNull();
        await Postgres.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_OnALockedTable_TimesOutAndLeavesNothing()
    {
        await Postgres.GrantAsync(Table);
        await using var held = await Postgres.LockAsync("lock table health.round_trip in access exclusive mode");

        var verdict = await JudgeAsync(Postgres.Port, Table, "timeout: 1s");

        verdict.ErrorType.ShouldBe(ErrorType.Timeout);
        verdict.Reason.ShouldBe("timed out while writing a row to \"health\".\"round_trip\"");
        await Eventually.TrueAsync(Postgres.SessionsAsync, count => count == 0, "the server has given the statement up");
    }

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
