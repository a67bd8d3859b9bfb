using System.Buffers;
using System.Data;
using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Memory;
using Npgsql;
using NpgsqlTypes;

namespace HealthAgent.Kinds.Databases;

/// <summary>A session for one run. Each query runs in a read-only transaction with a statement timeout.</summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    // Of a column, in characters: how many are read, and how many without a reservation of memory.
    private const int Longest = 1024 * 1024, Unreserved = 8192;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly TimeSpan _deadline;

    private PostgresSession(NetworkAddress server, NpgsqlDataSource source, NpgsqlConnection connection, TimeSpan deadline) =>
        (Server, _source, _connection, _deadline) = (server, source, connection, deadline);

    /// <summary>The server, of those that are configured.</summary>
    public NetworkAddress Server { get; }

    /// <summary>The server's version.</summary>
    public Version Version => _connection.PostgreSqlVersion;

    /// <summary>Logs in at one address of a server.</summary>
    public static async Task<PostgresSession> OpenAsync(
        PostgresSettings settings, NetworkAddress server, string address, SslMode mode, TimeSpan deadline, TlsTrace tls,
        CancellationToken cancellationToken)
    {
        var source = settings.ToDataSource(server, address, mode, deadline, tls);
        try
        {
            return new PostgresSession(server, source, await source.OpenConnectionAsync(cancellationToken), deadline);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the server is a standby; null before version 14, which does not report it.</summary>
    public bool? InHotStandby => _connection.PostgresParameters.TryGetValue("in_hot_standby", out var standby) ? standby == "on" : null;

    /// <summary>Tells the server the deadline, within a transaction.</summary>
    public string Limit =>
        $"set local statement_timeout = {Math.Ceiling(_deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The same for a statement without parameters.</summary>
    /// <inheritdoc cref="QueryAsync(string, int, IReadOnlyList{CapturedValue}, CancellationToken)"/>
    public Task<string?[]?> QueryAsync(string query, int columns, CancellationToken cancellationToken) =>
        QueryAsync(query, columns, [], cancellationToken);

    /// <summary>
    /// The first columns of the first row, as text: any type can be shown so. Null where there is no row. The transaction is
    /// written out because a session parameter at login would be refused by poolers such as PgBouncer.
    /// </summary>
    /// <param name="query">What is asked.</param>
    /// <param name="columns">How many columns are read, at most.</param>
    /// <param name="parameters">The values of its parameters, see <see cref="SqlValues"/>, of the types that their places have.</param>
    /// <param name="cancellationToken">The deadline.</param>
    /// <exception cref="CheckFailedException">
    /// <see cref="ErrorType.ResourceExhausted"/>: a column is too long, or there is no memory for it.
    /// </exception>
    public async Task<string?[]?> QueryAsync(
        string query, int columns, IReadOnlyList<CapturedValue> parameters, CancellationToken cancellationToken)
    {
        RunExplanation.Current?.Asked(query);
        await using var command = _connection.CreateCommand();
        command.AllResultTypesAreUnknown = true;
        foreach (var (position, parameter) in parameters.Index())
        {
            command.Parameters.Add(
                new NpgsqlParameter(SqlValues.NameOf(position), NpgsqlDbType.Unknown) { Value = parameter.Text });
        }

        command.CommandText = $"begin transaction read only; {Limit}; {query.TrimEnd().TrimEnd(';')}\n; rollback";
        // Column by column as it comes: a row that is read whole takes as much memory as the server likes.
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var row = new string?[Math.Min(reader.FieldCount, columns)];
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = await reader.IsDBNullAsync(column, cancellationToken)
                ? null
                : await ReadTextAsync(reader, column, cancellationToken);
        }

        return row;
    }

    /// <summary>
    /// Sends several statements at one go, as they are: the first that fails ends them. Each of these is one trip to the server.
    /// </summary>
    /// <param name="cancellationToken">The deadline.</param>
    /// <param name="statements">The statements; at most one returns rows.</param>
    /// <returns>What became of each.</returns>
    public async Task<PostgresResult[]> BatchAsync(CancellationToken cancellationToken, params PostgresStatement[] statements)
    {
        await using var batch = _connection.CreateBatch();
        foreach (var statement in statements)
        {
            RunExplanation.Current?.Asked(statement.Sql);
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var value in statement.Values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Text });
            }

            batch.BatchCommands.Add(command);
        }

        string? text = null;
        var returning = -1;
        await using (var reader = await batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken))
        {
            if (reader.FieldCount > 0)
            {
                returning = Array.FindIndex(statements, statement => statement.Sql.StartsWith("select", StringComparison.Ordinal));
                text = await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken)
                    ? await ReadTextAsync(reader, 0, cancellationToken)
                    : null;
            }

            while (await reader.NextResultAsync(cancellationToken))
            {
                // Errors of later statements come only then.
            }
        }

        return
        [
            .. statements.Select((_, i) =>
                new PostgresResult((ulong)Math.Max(0, batch.BatchCommands[i].RecordsAffected), i == returning ? text : null)),
        ];
    }

    /// <summary>Whether the server is a standby, also where a statement has just failed.</summary>
    public async Task<bool> IsInRecoveryAsync(CancellationToken cancellationToken)
    {
        if (InHotStandby is { } standby)
        {
            return standby;
        }

        await BatchAsync(cancellationToken, "rollback");
        return await QueryAsync("select pg_is_in_recovery()", columns: 1, cancellationToken) is ["t"];
    }

    private static async Task<string> ReadTextAsync(NpgsqlDataReader reader, int column, CancellationToken cancellationToken)
    {
        using var text = await reader.GetTextReaderAsync(column, cancellationToken);
        var first = ArrayPool<char>.Shared.Rent(Unreserved);
        try
        {
            var length = await text.ReadBlockAsync(first.AsMemory(0, Unreserved), cancellationToken);
            return length < Unreserved
                ? new string(first, 0, length)
                : await ReadLongTextAsync(first.AsMemory(0, length), text, cancellationToken);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(first);
        }
    }

    private static async Task<string> ReadLongTextAsync(ReadOnlyMemory<char> first, TextReader rest, CancellationToken cancellationToken)
    {
        var run = RunMemory.Current;
        await run.ReserveAsync(run.All.Bodies, 2 * sizeof(char) * Longest, "the query's answer", cancellationToken);
        using var all = new NativeBuffer<char>(Longest + 1);
        all.Append(first.Span);
        all.Advance(await rest.ReadBlockAsync(all.Memory[all.Length..], cancellationToken));
        return all.Length <= Longest
            ? new string(all.Memory.Span[..all.Length])
            : throw new CheckFailedException(ErrorType.ResourceExhausted, $"the query's answer is longer than {Units.FormatSize(Longest)}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }
}
