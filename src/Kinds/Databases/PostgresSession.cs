using System.Globalization;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>A session for one run. Each query runs in a read-only transaction with a statement timeout.</summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly TimeSpan _deadline;

    private PostgresSession(NpgsqlDataSource source, NpgsqlConnection connection, TimeSpan deadline) =>
        (_source, _connection, _deadline) = (source, connection, deadline);

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
            return new PostgresSession(source, await source.OpenConnectionAsync(cancellationToken), deadline);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the server is a standby; null before version 14, which does not report it.</summary>
    public bool? InHotStandby => _connection.PostgresParameters.TryGetValue("in_hot_standby", out var standby) ? standby == "on" : null;

    /// <summary>
    /// The columns of the first row as text; null if there is no row. The transaction is explicit since poolers such as PgBouncer reject
    /// session parameters at login.
    /// </summary>
    public async Task<string?[]?> QueryAsync(string query, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.AllResultTypesAreUnknown = true;
        var limit = Math.Ceiling(_deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        command.CommandText =
            $"begin transaction read only; set local statement_timeout = {limit}; {query.TrimEnd().TrimEnd(';')}\n; rollback";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var row = new string?[reader.FieldCount];
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = reader.IsDBNull(column) ? null : reader.GetString(column);
        }

        return row;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }
}
