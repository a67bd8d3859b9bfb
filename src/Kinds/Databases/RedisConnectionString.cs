using System.Globalization;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Reads a connection string of Redis: a URL, or the form of StackExchange.Redis, <c>host:port,password=…,ssl=true</c>.
/// Nothing of one that cannot be taken apart is shown: it may be a password.
/// </summary>
internal static class RedisConnectionString
{
    /// <summary>The port of a server where none is written.</summary>
    public const int DefaultPort = 6379;

    private const string Forms = "write HOST:PORT,user=USER,password=PASSWORD,ssl=true or redis://USER:PASSWORD@HOST:PORT";
    private const int DefaultTlsPort = 6380;
    private const string NoSentinel = "a check asks a server and no sentinel; write the server's address";

    /// <summary>The setting.</summary>
    public static readonly Setting<string> Key = new(
        "connectionString", SettingShape.Text,
        "`redis://user:password@host:port/0`, `rediss://` for TLS, or `host:port,user=…,password=…,ssl=true` as StackExchange.Redis "
        + "has it, see below",
        static (settings, key) => settings.RequiredText(key)) { DefaultNote = "this or `address`" };

    private static readonly Dictionary<string, int> Schemes =
        new(StringComparer.Ordinal) { ["redis"] = DefaultPort, ["rediss"] = DefaultTlsPort };

    // What means nothing to a check: it opens one connection, within a deadline of its own.
    private static readonly HashSet<string> PassedOver = new(StringComparer.OrdinalIgnoreCase)
    {
        "abortConnect", "allowAdmin", "asyncTimeout", "channelPrefix", "checkCertificateRevocation", "configChannel", "configCheckSeconds",
        "connectRetry", "connectTimeout", "highIntegrity", "highPriorityThreads", "keepAlive", "name", "preserveAsyncOrder", "protocol",
        "proxy", "resolveDns", "responseTimeout", "setlib", "sslProtocols", "syncTimeout", "tcpKeepAlive", "tiebreaker", "version",
        "writeBuffer",

        "client_name", "clientName", "client_info", "conn_max_idle_time", "decode_responses", "dial_timeout", "encoding", "encoding_errors",
        "family", "health_check_interval", "max_connections", "max_retries", "max_retry_backoff", "min_idle_conns", "min_retry_backoff",
        "pool_fifo", "pool_size", "pool_timeout", "read_timeout", "retry_on_timeout", "socket_connect_timeout", "socket_keepalive",
        "socket_timeout", "ssl_check_hostname", "ssl_min_version", "timeout", "write_timeout",
    };

    private static readonly string[] Known =
    [
        "db", "database", "defaultDatabase", "password", "skip_verify", "ssl", "sslHost", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile",
        "ssl_keyfile", "user", "username",
    ];

    /// <summary>Reads the required connection string. With errors, it may name no server.</summary>
    public static RedisSettings Read(SettingsReader settings)
    {
        var text = settings.Get(Key);
        if (ConnectionUrl.IsUrl(text) && text.Split("://", 2)[0].Contains("sentinel", StringComparison.OrdinalIgnoreCase))
        {
            settings.AddSecret(text);
            settings.Reject(Key, NoSentinel);
            return new RedisSettings { Servers = [] };
        }

        return text.Length == 0
            ? new RedisSettings { Servers = [] }
            : ConnectionUrl.IsUrl(text) ? OfUrl(settings) : OfOptions(settings, text);
    }

    private static RedisSettings OfUrl(SettingsReader settings)
    {
        if (ConnectionUrl.Read(settings, Key, Schemes) is not { } url)
        {
            return new RedisSettings { Servers = [] };
        }

        var redis = new RedisSettings
        {
            Servers = url.Servers.Count > 0 ? url.Servers : [new NetworkAddress("localhost", Schemes[url.Scheme])],
            Username = url.User is { Length: > 0 } user ? user : null,
            Password = url.Password is { Length: > 0 } password ? password : null,
            Tls = url.Scheme == "rediss",
        };
        foreach (var (name, value) in url.Parameters.Append(new("db", url.Path)))
        {
            redis = With(redis, name, value, settings, () => url.RejectUnknown(settings, Key, name, PassedOver.Concat(Known)));
        }

        return redis;
    }

    private static RedisSettings OfOptions(SettingsReader settings, string text)
    {
        var elements = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var servers = elements.TakeWhile(element => !element.Contains('=', StringComparison.Ordinal)).ToList();
        var options = elements.Skip(servers.Count).Select(element => element.Split('=', 2, StringSplitOptions.TrimEntries)).ToList();
        var redis = new RedisSettings { Servers = [] };

        // What a ',' in a password leaves behind looks like a server, so servers stand before all options; and where a ',' was
        // forgotten, the next option is a part of the value.
        if (servers.Count == 0 || options.Exists(option => option is not [var name, var value]
            || (value.Contains('=', StringComparison.Ordinal) && !NetworkSettings.NamesSecret(name))))
        {
            return Refuse();
        }

        foreach (var option in options)
        {
            var near = Suggestion.For(option[0], PassedOver.Concat(Known));
            var isNear = near.Contains("did you mean", StringComparison.Ordinal);
            redis = With(redis, option[0], option[1], settings, () => settings.Reject(Key, isNear
                ? $"'{option[0]}' is not an option of Redis' connection strings{near}"
                : "one of its options is unknown; a password that contains ',' is written in a URL, as %2C"));
        }

        var port = redis.Tls ? DefaultTlsPort : DefaultPort;
        var addresses = servers.Select(server => NetworkAddress.Parse(server, port)).OfType<NetworkAddress>().ToList();
        return addresses.Count == servers.Count ? redis with { Servers = addresses } : Refuse();

        RedisSettings Refuse()
        {
            settings.AddSecret(text);
            settings.Reject(Key, $"this is not a connection string of Redis; {Forms}");
            return new RedisSettings { Servers = [] };
        }
    }

    /// <summary>The settings with one option more. What is wrong with it is noted.</summary>
    private static RedisSettings With(RedisSettings redis, string name, string value, SettingsReader settings, Action rejectUnknown)
    {
        settings.AddParameters([[name, value]]);
        switch (name.ToLowerInvariant())
        {
            case "user" or "username":
                return redis with { Username = value.Length > 0 ? value : null };
            case "password":
                return redis with { Password = value.Length > 0 ? value : null };
            case "sslhost":
                return Secured(redis.Security with { ServerName = value });
            case "ssl" when Boolean(value) is { } tls:
                return redis with { Tls = tls };
            case "skip_verify" when Boolean(value) is { } skip:
                return Secured(redis.Security with { SkipVerify = skip });
            case "ssl_cert_reqs" when value.ToLowerInvariant() is "none" or "cert_none":
                return Secured(redis.Security with { SkipVerify = true });
            case "ssl_cert_reqs" when value.ToLowerInvariant() is "required" or "optional" or "cert_required" or "cert_optional":
                return Secured(redis.Security with { SkipVerify = false });
            case "ssl_ca_certs":
                return Secured(redis.Security with { Files = redis.Security.Files with { Roots = value } });
            case "ssl_certfile":
                return Secured(redis.Security with { Files = redis.Security.Files with { Certificate = value } });
            case "ssl_keyfile":
                return Secured(redis.Security with { Files = redis.Security.Files with { Key = value } });
            case "db" or "database" or "defaultdatabase" when value.Length == 0:
                return redis;
            case "db" or "database" or "defaultdatabase"
                when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var database):
                return redis with { Database = database };
            case "servicename" or "sentineluser" or "sentinelpassword" or "sentinelmasterid" or "master_name" or "mastername":
                settings.Reject(Key, NoSentinel + $" without '{name}'");
                return redis;
            case "tunnel":
                settings.Reject(Key, "a check connects directly; write the server's address without 'tunnel'");
                return redis;
            case var known when Known.Contains(known, StringComparer.OrdinalIgnoreCase):
                settings.Reject(Key, $"the value of '{name}' is not valid");
                return redis;
            default:
                // A command of another name, as $CONFIG=
                if (!PassedOver.Contains(name) && !name.StartsWith('$'))
                {
                    rejectUnknown();
                }

                return redis;
        }

        RedisSettings Secured(TlsSettings security) => redis with { Security = security };
    }

    private static bool? Boolean(string value) => value.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" or "enabled" => true,
        "false" or "no" or "off" or "0" or "disabled" => false,
        _ => null,
    };
}
