using System.Globalization;
using HealthAgent.Checks.Network;

namespace HealthAgent.Checks.Databases;

/// <summary>The keys of libpq, and the parameters that platforms and drivers add to PostgreSQL's URLs, in terms of Npgsql.</summary>
/// <remarks>Rule: PostgreSQL documentation, "Parameter Key Words".</remarks>
internal static class LibpqKeys
{
    // Null for what means nothing to a check: it opens one session, within a deadline of its own.
    private static readonly Dictionary<string, string?> Npgsql = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host", ["hostaddr"] = "Host", ["port"] = "Port", ["dbname"] = "Database", ["user"] = "Username", ["password"] = "Password",
        ["passfile"] = "Passfile", ["sslmode"] = "SSL Mode", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key", ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate", ["sslnegotiation"] = "SSL Negotiation", ["channel_binding"] = "Channel Binding", ["require_auth"] = "Require Auth",
        ["target_session_attrs"] = "Target Session Attributes", ["application_name"] = "Application Name", ["options"] = "Options",
        ["gssencmode"] = "GSS Encryption Mode", ["krbsrvname"] = "Kerberos Service Name",

        ["client_encoding"] = null, ["connect_timeout"] = null, ["fallback_application_name"] = null, ["gssdelegation"] = null, ["gsslib"] = null,
        ["keepalives"] = null, ["keepalives_count"] = null, ["keepalives_idle"] = null, ["keepalives_interval"] = null, ["load_balance_hosts"] = null,
        ["max_protocol_version"] = null, ["min_protocol_version"] = null, ["replication"] = null, ["requirepeer"] = null, ["ssl_max_protocol_version"] = null,
        ["ssl_min_protocol_version"] = null, ["sslcertmode"] = null, ["sslcompression"] = null, ["sslcrl"] = null, ["sslcrldir"] = null, ["sslsni"] = null,
        ["tcp_user_timeout"] = null, ["service"] = null, ["servicefile"] = null,

        // Prisma, node, Python, Go, Ruby, Java, and the platforms for them.
        ["schema"] = "Search Path", ["currentSchema"] = "Search Path", ["ssl"] = "SSL Mode", ["sslaccept"] = "SSL Mode", ["ApplicationName"] = "Application Name",
        ["connection_limit"] = null, ["pgbouncer"] = null, ["pool_timeout"] = null, ["socket_timeout"] = null, ["statement_cache_size"] = null,
        ["single_use_connections"] = null, ["uselibpqcompat"] = null, ["pool_max_conns"] = null, ["pool_min_conns"] = null, ["pool_max_conn_lifetime"] = null,
        ["pool_max_conn_idle_time"] = null, ["pool_health_check_period"] = null, ["statement_cache_capacity"] = null, ["default_query_exec_mode"] = null,
        ["description_cache_capacity"] = null, ["conn_max_age"] = null, ["pool"] = null, ["pool_size"] = null, ["max_overflow"] = null, ["encoding"] = null,
        ["prepared_statements"] = null, ["checkout_timeout"] = null, ["reaping_frequency"] = null, ["prepareThreshold"] = null, ["loginTimeout"] = null,
        ["connectTimeout"] = null, ["socketTimeout"] = null, ["tcpKeepAlive"] = null, ["reWriteBatchedInserts"] = null, ["binaryTransfer"] = null,
        ["stringtype"] = null, ["supa"] = null, ["workaround"] = null, ["max"] = null, ["idle_timeout"] = null, ["max_lifetime"] = null,
    };

    private static readonly Dictionary<string, string> Modes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = "Disable", ["allow"] = "Allow", ["prefer"] = "Prefer", ["require"] = "Require", ["verifyca"] = "VerifyCA", ["verifyfull"] = "VerifyFull",
        ["noverify"] = "Require", ["true"] = "Require", ["1"] = "Require", ["false"] = "Disable", ["0"] = "Disable",
        ["strict"] = "VerifyFull", ["acceptinvalidcerts"] = "Require",
    };

    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal)
    {
        "connect_timeout", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
    };

    /// <summary>The keys.</summary>
    public static IEnumerable<string> All => Npgsql.Keys;

    /// <summary>Whether a key is libpq's, or one that is known besides.</summary>
    public static bool Contains(string key) => Npgsql.ContainsKey(key);

    /// <summary>
    /// The settings under Npgsql's keys. What is wrong is noted by a function of the key and what is wrong with it; a key that
    /// is not known stays as it is written, for Npgsql to judge.
    /// </summary>
    public static IReadOnlyDictionary<string, PostgresValue> Translate(IEnumerable<KeyValuePair<string, string>> written, Action<string, string> reject)
    {
        Dictionary<string, PostgresValue> settings = new(StringComparer.OrdinalIgnoreCase);
        var strictest = "";
        foreach (var (key, value) in written.Where(pair => pair.Value.Length > 0))
        {
            switch (key.ToLowerInvariant())
            {
                case "sslmode" or "ssl" or "sslaccept" when Modes.TryGetValue(value.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), out var mode):
                    // Prisma has two: sslmode=require&sslaccept=strict.
                    strictest = strictest == "VerifyFull" ? strictest : mode;
                    settings["SSL Mode"] = new(strictest, key);
                    break;
                case "service" or "servicefile":
                    reject(key, "names a service file, which is not read; write its settings here");
                    break;
                case "schema" or "currentschema" when value == "public":
                    break;
                case var number when Numbers.Contains(number) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
                    reject(key, "is not a whole number");
                    break;
                default:
                    if (Npgsql.GetValueOrDefault(key, key.Replace('_', ' ')) is { } name)
                    {
                        settings[name] = new(value, key);
                    }

                    break;
            }
        }

        // To libpq, a root certificate makes of require what verify-ca is, and the system's ask for all.
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

/// <summary>A value of a connection string, and the key that it was written with.</summary>
internal readonly record struct PostgresValue(string Text, string Key);
