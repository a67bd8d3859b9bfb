using System.Data.Common;
using System.Globalization;
using HealthAgent.Configuration;
using Npgsql;

namespace HealthAgent.Checks.Databases;

/// <summary>The settings of kind <c>postgres</c>, resolved.</summary>
/// <param name="ConnectionString">In the driver's form, with what a check needs of a connection.</param>
/// <param name="Server">The servers, for people.</param>
/// <param name="Query">What is asked, if anything.</param>
/// <param name="NeedsConnections">Whether the sessions are counted.</param>
/// <param name="NeedsRecovery">Whether it must be known if the server is a standby.</param>
internal sealed record PostgresSettings(string ConnectionString, string Server, string? Query, bool NeedsConnections, bool NeedsRecovery)
{
    private static readonly string[] CommonKeys =
    [
        "Host", "Port", "Database", "Username", "Password", "Passfile", "SSL Mode", "SSL Certificate", "SSL Key", "Root Certificate",
        "Options", "Search Path", "Target Session Attributes", "Application Name", "Kerberos Service Name", "Channel Binding",
    ];

    /// <summary>
    /// The server, for checks with a deadline. The driver's limits, in whole seconds, lie behind it: they end what does
    /// not heed the token, such as a login that is never answered.
    /// </summary>
    public NpgsqlDataSource ToDataSource(TimeSpan deadline)
    {
        var limit = (int)Math.Ceiling(deadline.TotalSeconds) + 1;
        var server = new NpgsqlSlimDataSourceBuilder(ConnectionString);
        (server.ConnectionStringBuilder.Timeout, server.ConnectionStringBuilder.CommandTimeout) = (limit, limit);

        // A server that does not answer will not answer the request to cancel either.
        server.ConnectionStringBuilder.CancellationTimeout = -1;
        server.EnableTransportSecurity();
        return server.Build();
    }

    /// <summary>Reads what the operator wrote.</summary>
    public static PostgresSettings Read(SettingsReader settings, Conditions conditions)
    {
        var query = settings.Text("query");
        if (query is null && (conditions.Use("value") || conditions.Use("text")))
        {
            settings.Reject("query", "a condition speaks of what a query returns, but no 'query' is written");
        }

        var connection = ReadConnection(settings);
        connection.Pooling = false;
        connection.Multiplexing = false;
        connection.Enlist = false;

        connection.ApplicationName ??= "health-agent";
        if (!connection.ShouldSerialize("GSS Encryption Mode"))
        {
            connection.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        settings.TalksTo(connection.Host);
        return new PostgresSettings(
            connection.ConnectionString,
            $"{connection.Host}:{connection.Port.ToString(CultureInfo.InvariantCulture)}",
            query,
            conditions.Use("connections.open") || conditions.Use("connections.max") || conditions.Use("connections.used"),
            conditions.Use("inRecovery"));
    }

    private static NpgsqlConnectionStringBuilder ReadConnection(SettingsReader settings)
    {
        var text = settings.RequiredText("connectionString");
        var connection = new NpgsqlConnectionStringBuilder();
        var written = text.Contains("://", StringComparison.Ordinal) ? OfUrl(text) : OfPairs(text);
        if (written is null)
        {
            settings.Conceal(text);
            settings.Reject("connectionString", "this is not a connection string; write Host=HOST;Username=USER;Password=PASSWORD;Database=DATABASE or postgres://USER:PASSWORD@HOST:PORT/DATABASE");
            return connection;
        }

        foreach (var (key, value) in written)
        {
            try
            {
                connection[key] = value;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException or NotSupportedException)
            {
                // What an unquoted ';' in a password leaves behind looks like a key: only what resembles one is repeated.
                settings.Reject("connectionString", connection.ContainsKey(key)
                    ? $"the value of '{key}' is not valid"
                    : Suggestion.For(key, CommonKeys) is { } near && near.Contains("did you mean", StringComparison.Ordinal)
                        ? $"'{key}' is not a key of connection strings{near}"
                        : "one of its keys is unknown; a value that contains ';' stands in double quotes");
            }
        }

        settings.Conceal(connection.Password);
        settings.Conceal(connection.SslPassword);
        if (text.Length > 0 && string.IsNullOrEmpty(connection.Host))
        {
            settings.Reject("connectionString", "it names no server; add Host=HOST");
        }

        return connection;
    }

    private static List<KeyValuePair<string, string>>? OfPairs(string text)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            return [.. pairs.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, (string)pairs[key]))];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Reads <c>postgres://user:password@host:port/database?sslmode=require</c>, the form of libpq and of most platforms.</summary>
    private static List<KeyValuePair<string, string>>? OfUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            return null;
        }

        var user = url.UserInfo.Split(':', 2);
        List<KeyValuePair<string, string>> pairs =
        [
            new("Host", url.IdnHost),
            new("Port", url.Port > 0 ? url.Port.ToString(CultureInfo.InvariantCulture) : "5432"),
            new("Database", Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'))),
            new("Username", Uri.UnescapeDataString(user[0])),
            new("Password", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : ""),
        ];
        foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = parameter.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");

            // libpq's spellings: ssl_mode and verify-full here, SSL Mode and VerifyFull there.
            var key = parts[0].Replace('_', ' ');
            pairs.Add(new(key, key == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value));
        }

        return [.. pairs.Where(pair => pair.Value.Length > 0)];
    }
}
