using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Writes a row, reads it back and deletes it: in a table or by a function that the operator names, else in a temporary table whose
/// transaction is rolled back.
/// </summary>
/// <param name="Table">The table; null for none.</param>
/// <param name="Function">The function; null for none.</param>
internal sealed record PostgresRoundTrip(PostgresName? Table, PostgresName? Function)
{
    private const string Temporary = "pg_temp.health_agent_round_trip";

    private static readonly Setting<PostgresName?> TableName = new(
        "table", SettingShape.Text,
        "a table with its schema, for durable rows; it has the columns `check_name text`, `id text`, `written_at timestamptz`",
        PostgresName.Read) { DefaultNote = "a temporary table" };

    private static readonly Setting<PostgresName?> FunctionName = new(
        "function", SettingShape.Text,
        "a function with its schema, `(text) returns text`, instead of a table: it writes the text, reads it back, deletes and returns it",
        PostgresName.Read);

    /// <summary>The setting.</summary>
    public static readonly Setting<PostgresRoundTrip?> Key = RoundTrips.Setting(
        "writes a row, reads it back and deletes it; `true` in a temporary table that is rolled back, or a mapping",
        [TableName, FunctionName], Read, new PostgresRoundTrip(null, null));

    /// <summary>The phases.</summary>
    public static readonly IReadOnlyList<ObservedValue> Phases =
    [
        new("write", ObservedType.Duration, "writing a row; only with `roundTrip`") { IsPhase = true },
        new("read", ObservedType.Duration, "reading it back; only with `roundTrip`") { IsPhase = true },
        new("delete", ObservedType.Duration, "deleting it, or rolling back; only with `roundTrip`") { IsPhase = true },
        new("function", ObservedType.Duration, "calling the function; only with `roundTrip.function`") { IsPhase = true },
    ];

    /// <summary>What a table needs of the user, and what it looks like.</summary>
    public string Rights => this switch
    {
        { Table: { } table } => $"usage on schema {PostgresName.Quote(table.Schema)}, and insert, select, delete on {table}",
        { Function: { } function } => $"usage on schema {PostgresName.Quote(function.Schema)}, and execute on function {function}(text)",
        _ => "temporary on the database",
    };

    /// <summary>What must be there.</summary>
    public string Form => this switch
    {
        { Table: { } table } => $"a table {table} (check_name text, id text, written_at timestamptz)",
        { Function: { } function } => $"a function {function}(text) returns text",
        _ => "a temporary table",
    };

    /// <summary>Goes there and back.</summary>
    /// <param name="session">The session.</param>
    /// <param name="check">The check's name, which its rows carry.</param>
    /// <param name="deadline">The deadline of a run; rows that are older than twice that are of runs that were cut off.</param>
    /// <param name="trace">Takes the phases.</param>
    /// <param name="cancellationToken">The deadline.</param>
    /// <exception cref="CheckFailedException">What was read is not what was written.</exception>
    public Task RunAsync(
        PostgresSession session, string check, TimeSpan deadline, ConnectionTrace trace, CancellationToken cancellationToken) => this switch
    {
        { Table: { } table } => WithTableAsync(table, check, deadline, session, trace, cancellationToken),
        { Function: { } function } => WithFunctionAsync(function, session, trace, cancellationToken),
        _ => TemporarilyAsync(session, trace, cancellationToken),
    };

    /// <summary>One transaction over three trips; what it created goes with the rollback or with the session.</summary>
    private static async Task TemporarilyAsync(PostgresSession session, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var id = RoundTrips.Token();
        trace.Begin("writing a row to a temporary table");
        var written = await session.BatchAsync(
            cancellationToken, "begin", session.Limit, $"create temporary table {Temporary} (id varchar(32)) on commit drop",
            new PostgresStatement($"insert into {Temporary} (id) values ($1)", id));
        trace.End("write");

        trace.Begin("reading the row back from the temporary table");
        var read = await session.BatchAsync(cancellationToken, $"select id from {Temporary}");
        trace.End("read");

        trace.Begin("rolling the temporary table back");
        await session.BatchAsync(cancellationToken, "rollback");
        trace.End("delete");
        Judge("the temporary table", id, written[^1].Rows, read[^1].Text, trace);
    }

    /// <summary>
    /// Three transactions that are committed. A run that is cut off between them leaves one row, which carries the check's name and is
    /// deleted by the next run once it is old enough not to be of one that is still under way elsewhere.
    /// </summary>
    private static async Task WithTableAsync(
        PostgresName table, string check, TimeSpan deadline, PostgresSession session, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        var (id, old) = (RoundTrips.Token(), RoundTrips.SecondsToLive(deadline));
        trace.Begin($"writing a row to {table}");
        var written = await session.BatchAsync(
            cancellationToken, "begin", session.Limit,
            new PostgresStatement(
                $"delete from {table} where check_name = $1 and written_at < now() - interval '{old} seconds'", check),
            new PostgresStatement($"insert into {table} (check_name, id, written_at) values ($1, $2, now())", check, id),
            "commit");
        trace.End("write");

        trace.Begin($"reading the row back from {table}");
        var read = await session.BatchAsync(
            cancellationToken, "begin", session.Limit,
            new PostgresStatement($"select id::text from {table} where check_name = $1 and id = $2", check, id), "commit");
        trace.End("read");

        trace.Begin($"deleting the row from {table}");
        var deleted = await session.BatchAsync(
            cancellationToken, "begin", session.Limit,
            new PostgresStatement($"delete from {table} where check_name = $1 and id = $2", check, id), "commit");
        trace.End("delete");
        Judge(table.ToString(), id, written[3].Rows, read[2].Text, trace);
        if (deleted[2].Rows != 1)
        {
            throw RoundTrips.Missed($"deleting the row from {table}: {deleted[2].Rows} rows were deleted", trace.Observed);
        }
    }

    private static async Task WithFunctionAsync(
        PostgresName function, PostgresSession session, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var id = RoundTrips.Token();
        trace.Begin($"calling {function}");
        var answer = await session.BatchAsync(
            cancellationToken, "begin", session.Limit, new PostgresStatement($"select {function}($1)::text", id), "commit");
        trace.End("function");
        if (answer[2].Text != id)
        {
            throw RoundTrips.Missed($"calling {function}: it did not return the text that it was given", trace.Observed);
        }
    }

    private static void Judge(string table, string id, ulong written, string? read, ConnectionTrace trace)
    {
        if (written != 1)
        {
            throw RoundTrips.Missed(
                $"writing a row to {table}: {written} rows were written, although the server accepted it", trace.Observed);
        }

        if (read != id)
        {
            throw RoundTrips.Missed(
                $"reading the row back from {table}: {(read is null ? "it is not there, although it was committed" : "it has changed")}",
                trace.Observed);
        }
    }

    private static PostgresRoundTrip Read(SettingsReader settings)
    {
        var (table, function) = (settings.Get(TableName), settings.Get(FunctionName));
        if (settings.Has(TableName) && settings.Has(FunctionName))
        {
            settings.Reject(FunctionName, "a row goes to a table or by a function; write one of them");
        }

        return new PostgresRoundTrip(table, function);
    }
}
