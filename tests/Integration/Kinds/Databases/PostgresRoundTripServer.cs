using System.Globalization;
using HealthAgent.Integration.Support;
using Npgsql;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>A PostgreSQL with what a round trip may be given: a table, a function, and a user without any right.</summary>
public sealed class PostgresRoundTripServer : SharedContainer
{
    public int Port => Container.GetMappedPublicPort(5432);

    /// <summary>Its address for other containers.</summary>
    public string Address => Container.IpAddress;

    private string Administrator => $"Host=127.0.0.1;Port={Port};Username=agent;Password=secret;Database=agent;Pooling=false";

    /// <summary>Everything as new.</summary>
    public Task ResetAsync() => RunSqlAsync(
        """
        drop schema if exists health cascade;
        do $$ begin if exists (select from pg_roles where rolname = 'probe') then drop owned by probe; drop role probe; end if; end $$;
        create role probe login password 'secret';
        revoke all on database agent from public;
        grant connect on database agent to probe;
        create schema health;
        create table health.round_trip (check_name text not null, id text primary key, written_at timestamptz not null);
        create table health.narrow (check_name text, id text);
        create function health.round_trip_of(token text) returns text language plpgsql security definer as $$
        begin
          insert into health.round_trip values ('function', token, now());
          delete from health.round_trip where id = token returning id into token;
          return token;
        end $$;
        revoke execute on function health.round_trip_of from public;
        """);

    /// <summary>What the documentation says that a round trip needs, and no more.</summary>
    public Task GrantAsync(string roundTrip) => RunSqlAsync(
        roundTrip.Contains("table:", StringComparison.Ordinal)
            ? "grant usage on schema health to probe; grant insert, select, delete on health.round_trip, health.narrow to probe"
            : roundTrip.Contains("function:", StringComparison.Ordinal)
                ? "grant usage on schema health to probe; grant execute on function health.round_trip_of to probe"
                : "grant temporary on database agent to probe");

    public async Task RunSqlAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public Task<long> TemporaryTablesAsync() => CountAsync("select count(*) from pg_class where relpersistence = 't'");

    public Task<long> SessionsAsync() => CountAsync("select count(*) from pg_stat_activity where usename = 'probe'");

    public async Task ShouldHoldNothingAsync()
    {
        (await CountAsync("select count(*) from health.round_trip")).ShouldBe(0);
        await Eventually.TrueAsync(TemporaryTablesAsync, count => count == 0, "no temporary table is left");
        await Eventually.TrueAsync(SessionsAsync, count => count == 0, "no session is left");
    }

    /// <summary>Holds what a statement locks until it is disposed.</summary>
    public async Task<IAsyncDisposable> LockAsync(string sql)
    {
        var connection = await OpenAsync();
        await using var command = new NpgsqlCommand($"begin; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Makes it a standby of nobody.</summary>
    public async Task DemoteAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var data = (string)(await command.ExecuteScalarAsync())!;
        await connection.CloseAsync();
        await RunAsync("touch", $"{data}/standby.signal");
        await Container.StopAsync();
        await Container.StartAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(Administrator);
        await connection.OpenAsync();
        return connection;
    }
}
