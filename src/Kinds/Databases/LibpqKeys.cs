using System.Globalization;
using HealthAgent.Kinds.Network.Tls;

namespace HealthAgent.Kinds.Databases;

/// <summary>Maps the keys of libpq, and parameters that platforms and drivers add to PostgreSQL URLs, to Npgsql's.</summary>
/// <remarks>Rule: PostgreSQL documentation, "Parameter Key Words".</remarks>
internal static class LibpqKeys
{
    private static readonly Dictionary<string, string> Npgsql = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host", ["hostaddr"] = "Host", ["port"] = "Port", ["dbname"] = "Database", ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile", ["sslmode"] = "SSL Mode", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password", ["sslrootcert"] = "Root Certificate", ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding", ["require_auth"] = "Require Auth", ["target_session_attrs"] = "Target Session Attributes",
        ["application_name"] = "Application Name", ["options"] = "Options", ["gssencmode"] = "GSS Encryption Mode",
        ["krbsrvname"] = "Kerberos Service Name",

        // Of Prisma, node-postgres and JDBC.
        ["schema"] = "Search Path", ["currentSchema"] = "Search Path", ["ssl"] = "SSL Mode", ["sslaccept"] = "SSL Mode",
        ["ApplicationName"] = "Application Name",
    };

    // Ignored, since a check opens a single session within its own deadline: keys of libpq, Prisma, node-postgres, SQLAlchemy, pgx,
    // Rails, Django, JDBC and Supabase.
    private static readonly HashSet<string> PassedOver = new(StringComparer.OrdinalIgnoreCase)
    {
        "client_encoding", "connect_timeout", "fallback_application_name", "gssdelegation", "gsslib", "keepalives", "keepalives_count",
        "keepalives_idle", "keepalives_interval", "load_balance_hosts", "max_protocol_version", "min_protocol_version", "replication",
        "requirepeer", "service", "servicefile", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcertmode", "sslcompression",
        "sslcrl", "sslcrldir", "sslsni", "tcp_user_timeout",

        "binaryTransfer", "checkout_timeout", "conn_max_age", "connectTimeout", "connection_limit", "default_query_exec_mode",
        "description_cache_capacity", "encoding", "idle_timeout", "loginTimeout", "max", "max_lifetime", "max_overflow", "pgbouncer",
        "pool",
        "pool_health_check_period", "pool_max_conn_idle_time", "pool_max_conn_lifetime", "pool_max_conns", "pool_min_conns", "pool_size",
        "pool_timeout", "prepareThreshold", "prepared_statements", "reWriteBatchedInserts", "reaping_frequency", "single_use_connections",
        "socketTimeout", "socket_timeout", "statement_cache_capacity", "statement_cache_size", "stringtype", "supa", "tcpKeepAlive",
        "uselibpqcompat", "workaround",
    };

    private static readonly Dictionary<string, string> Modes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = "Disable", ["allow"] = "Allow", ["prefer"] = "Prefer", ["require"] = "Require", ["verifyca"] = "VerifyCA",
        ["verifyfull"] = "VerifyFull",
        ["noverify"] = "Require", ["true"] = "Require", ["1"] = "Require", ["false"] = "Disable", ["0"] = "Disable",
        ["strict"] = "VerifyFull", ["acceptinvalidcerts"] = "Require",
    };

    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal)
    {
        "connect_timeout", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
    };

    /// <summary>All known keys.</summary>
    public static IEnumerable<string> All => Npgsql.Keys.Concat(PassedOver);

    /// <summary>Whether a key is known.</summary>
    public static bool Contains(string key) => Npgsql.ContainsKey(key) || PassedOver.Contains(key);

    /// <summary>
    /// The settings under Npgsql's keys. Errors are reported by <c>reject</c> with the key and the reason; an unknown key is kept for
    /// Npgsql
    /// to reject.
    /// </summary>
    public static IReadOnlyDictionary<string, PostgresValue> Translate(
        IReadOnlyList<KeyValuePair<string, string>> written, Action<string, string> reject)
    {
        Dictionary<string, PostgresValue> settings = new(StringComparer.OrdinalIgnoreCase);
        var strictest = "";
        foreach (var (key, value) in written.Where(pair => pair.Value.Length > 0))
        {
            switch (key.ToLowerInvariant())
            {
                case "sslmode" or "ssl" or "sslaccept" when Modes.TryGetValue(string.Concat(value.Split('-', '_')), out var mode):
                    // Prisma has two settings: sslmode=require&sslaccept=strict.
                    strictest = strictest == "VerifyFull" ? strictest : mode;
                    settings["SSL Mode"] = new(strictest, key);
                    break;
                case "service" or "servicefile":
                    reject(key, "refers to a service file, which is not supported; write its settings here");
                    break;
                case "schema" or "currentschema" when value == "public":
                    break;
                case var number when Numbers.Contains(number)
                    && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
                    reject(key, "is not a whole number");
                    break;
                case var known when PassedOver.Contains(known):
                    break;
                default:
                    settings[Npgsql.GetValueOrDefault(key, key.Replace('_', ' '))] = new(value, key);
                    break;
            }
        }

        // In libpq, a root certificate turns require into verify-ca, and the system's roots require verify-full.
        if (settings.TryGetValue("Root Certificate", out var root) && root.Text == TlsFiles.System && strictest != "Disable")
        {
            settings["SSL Mode"] = new("VerifyFull", root.Key);
        }
        else if (root.Text is not null && strictest == "Require" && written.Any(pair => pair is { Key: "sslmode", Value: "require" }))
        {
            settings["SSL Mode"] = new("VerifyCA", "sslmode");
        }

        return settings;
    }
}

/// <summary>A value of a connection string, and the key it was written with.</summary>
internal readonly record struct PostgresValue(string Text, string Key);
