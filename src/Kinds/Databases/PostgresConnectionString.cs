using System.Data.Common;
using HealthAgent.Kinds.Network;
using HealthAgent.Settings;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Reads a connection string of PostgreSQL in any of three forms: Npgsql's, libpq's, and that of URLs. What cannot be what
/// was meant is refused, and nothing of a string that cannot be taken apart is shown: it may be a password.
/// </summary>
internal static class PostgresConnectionString
{
    private const string Forms =
        "write Host=HOST;Username=USER;Password=PASSWORD;Database=DATABASE, or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

    private const string NoPort = ":0";
    private const string Separators = "a ';' ends each setting, or a blank in libpq's form";

    /// <summary>The setting.</summary>
    public static readonly Setting<string> Key = Setting.RequiredText("connectionString", "in one of three forms, see below");

    private static readonly string[] CommonKeys =
    [
        "Host", "Port", "Database", "Username", "Password", "Passfile", "SSL Mode", "SSL Certificate", "SSL Key", "Root Certificate",
        "Options", "Search Path", "Target Session Attributes", "Application Name", "Kerberos Service Name", "Channel Binding",
    ];

    private static readonly Dictionary<string, int> Schemes = new(StringComparer.Ordinal) { ["postgres"] = 0, ["postgresql"] = 0 };

    /// <summary>The driver's settings without its servers, and the servers. With errors, there may be none of these.</summary>
    public static (NpgsqlConnectionStringBuilder Driver, IReadOnlyList<NetworkAddress> Servers) Read(SettingsReader settings)
    {
        var text = settings.Get(Key);
        var driver = new NpgsqlConnectionStringBuilder();
        if (text.Length == 0)
        {
            return (driver, []);
        }

        ConnectionUrl? url = null;
        if (ConnectionUrl.IsUrl(text) && (url = ConnectionUrl.Read(settings, Key, Schemes)) is null)
        {
            return (driver, []);
        }

        var (written, problem) = url is null ? OfPairs(text, driver, settings) : (OfUrl(url, settings), null);
        if (problem is not null)
        {
            settings.AddSecret(text);
            settings.Reject(Key, problem);
            return (driver, []);
        }

        foreach (var (key, value) in written.Where(pair => !IsServer(pair.Key)))
        {
            try
            {
                driver[key] = value.Text;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException
                or NotSupportedException)
            {
                RejectKey(key, value, driver, url, settings);
            }
        }

        settings.AddCredential(driver.Username);
        settings.AddSecret(driver.Password);
        settings.AddSecret(driver.SslPassword);
        var hosts = Written("Host") is { Text: not null } host ? host : Written("Server");
        if (string.IsNullOrWhiteSpace(hosts.Text))
        {
            settings.Reject(Key, "it names no server; add Host=HOST");
            return (driver, []);
        }

        return (driver, PostgresServers.Parse(hosts, Written("Port"), Reject(settings)));

        PostgresValue Written(string key) => written.FirstOrDefault(pair => pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static bool IsServer(string key) => key.ToUpperInvariant() is "HOST" or "SERVER" or "PORT";

    private static Action<string, string> Reject(SettingsReader settings) =>
        (key, problem) => settings.Reject(Key, $"the value of '{key}' {problem}");

    private static IReadOnlyDictionary<string, PostgresValue> OfUrl(ConnectionUrl url, SettingsReader settings)
    {
        List<KeyValuePair<string, string>> written =
        [
            new("host", string.Join(',', url.Servers.Select(server => server.ToString()).Select(
                server => server.EndsWith(NoPort, StringComparison.Ordinal) ? server[..^NoPort.Length] : server))),
            new("dbname", Uri.UnescapeDataString(url.Path)),
            new("user", url.User ?? ""),
            new("password", url.Password ?? ""),
            .. url.Parameters,
        ];
        return LibpqKeys.Translate(written, Reject(settings));
    }

    private static (IReadOnlyDictionary<string, PostgresValue> Written, string? Problem) OfPairs(
        string text, NpgsqlConnectionStringBuilder driver, SettingsReader settings)
    {
        var isLibpq = LibpqPairs.AreIn(text, IsKey);
        var none = new Dictionary<string, PostgresValue>(StringComparer.OrdinalIgnoreCase);
        if ((isLibpq ? LibpqPairs.Parse(text, IsKey) : OfNpgsql(text)) is not { } written
            || (isLibpq && written.Exists(pair => pair.Key.Any(char.IsAsciiLetterUpper))))
        {
            return (none, $"this is not a connection string; {Forms}");
        }

        // Where a separator was forgotten, the next setting is a part of the value; servers repeat values in their messages.
        foreach (var (key, value) in written)
        {
            if (value.Contains('=', StringComparison.Ordinal) && !IsFree(key) && IsKey(key))
            {
                return (none, $"the value of '{key}' seems to contain another setting; {Separators}");
            }
        }

        return isLibpq
            ? (LibpqKeys.Translate(written, Reject(settings)), null)
            : (written.ToDictionary(
                pair => pair.Key, pair => new PostgresValue(pair.Value, pair.Key), StringComparer.OrdinalIgnoreCase), null);

        bool IsKey(string key) => LibpqKeys.Contains(key) || driver.ContainsKey(key);
    }

    /// <summary>Whether a value may contain anything: passwords, and options such as <c>-c search_path=orders</c>.</summary>
    private static bool IsFree(string key) => NetworkSettings.NamesSecret(key) || key.Equals("Options", StringComparison.OrdinalIgnoreCase);

    private static List<KeyValuePair<string, string>>? OfNpgsql(string text)
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

    private static void RejectKey(
        string key, PostgresValue value, NpgsqlConnectionStringBuilder driver, ConnectionUrl? url, SettingsReader settings)
    {
        if (driver.ContainsKey(key))
        {
            Reject(settings)(value.Key, "is not valid");
        }
        else if (url is not null)
        {
            url.RejectUnknown(settings, Key, value.Key, LibpqKeys.All);
        }
        else
        {
            // What an unquoted separator in a password leaves behind looks like a key: only what resembles one is repeated.
            var near = Suggestion.For(value.Key, CommonKeys);
            settings.Reject(Key, near.Contains("did you mean", StringComparison.Ordinal)
                ? $"'{value.Key}' is not a key of connection strings{near}"
                : "one of its keys is unknown; a value that contains ';' or a blank stands in quotes");
        }
    }

    /// <summary>Where libpq and the driver look for root certificates, if any are there.</summary>
    public static string? DefaultRoots()
    {
        var path = Environment.GetEnvironmentVariable("PGSSLROOTCERT") is { Length: > 0 } written
            ? written
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".postgresql", "root.crt");
        return File.Exists(path) ? path : null;
    }
}
