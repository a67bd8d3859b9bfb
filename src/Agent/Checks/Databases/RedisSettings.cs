using System.Net;
using HealthAgent.Checks.Network;
using HealthAgent.Configuration;
using StackExchange.Redis;

namespace HealthAgent.Checks.Databases;

/// <summary>The settings of kind <c>redis</c>, resolved.</summary>
internal sealed record RedisSettings
{
    private const int DefaultPort = 6379;
    private const int DefaultTlsPort = 6380;

    /// <summary>The servers; the first that can be reached is asked.</summary>
    public required IReadOnlyList<NetworkAddress> Servers { get; init; }

    /// <summary>Who logs in; null for the default user.</summary>
    public string? Username { get; init; }

    /// <summary>The password; null for no login.</summary>
    public string? Password { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool Tls { get; init; }

    /// <summary>The name that the certificate must be for, when it is not the server's.</summary>
    public string? TlsHost { get; init; }

    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Whether a condition speaks of what <c>INFO</c> tells.</summary>
    public bool NeedsInfo { get; init; }

    /// <summary>Reads what the operator wrote: a connection string or a URL as applications have them, or the parts.</summary>
    public static RedisSettings Read(SettingsReader settings, Conditions conditions)
    {
        var redis = !settings.Has("connectionString") ? OfParts(settings) : settings.RequiredText("connectionString") switch
        {
            "" => new RedisSettings { Servers = [] },
            var text when text.Contains("://", StringComparison.Ordinal) => OfUrl(settings),
            var text => OfConnectionString(settings, text),
        };
        settings.Conceal(redis.Password);
        settings.TalksTo(redis.Servers.Select(server => server.Host).FirstOrDefault());
        if (settings.Has("connectionString"))
        {
            foreach (var part in (string[])["address", "username", "password"])
            {
                if (settings.Has(part))
                {
                    settings.Reject(part, "this stands in the connection string; write one or the other");
                }
            }
        }

        var tls = settings.Section("tls");
        var (enabled, skipVerify) = (tls?.Boolean("enabled") ?? tls is not null, tls?.Boolean("insecureSkipVerify") ?? false);
        tls?.RejectUnknownKeys();
        return redis with
        {
            Tls = redis.Tls || enabled,
            SkipVerify = skipVerify,
            NeedsInfo = RedisInfo.Values.Any(value => conditions.Use(value.Name)),
        };
    }

    private static RedisSettings OfParts(SettingsReader settings)
    {
        if (!settings.Has("address"))
        {
            settings.Reject("address", "either 'address' or 'connectionString' is required");
        }

        return new RedisSettings
        {
            Servers = [settings.Has("address") ? settings.Address("address") : new NetworkAddress("localhost", DefaultPort)],
            Username = settings.Text("username"),
            Password = settings.Secret("password"),
        };
    }

    /// <summary>Reads <c>redis://user:password@host:port</c>, or <c>rediss://</c> for TLS.</summary>
    private static RedisSettings OfUrl(SettingsReader settings)
    {
        var url = settings.Url("connectionString", "redis", "rediss");
        var (tls, user) = (url.Scheme == "rediss", url.UserInfo.Split(':', 2));
        return new RedisSettings
        {
            Servers = [new NetworkAddress(url.IdnHost, url.Port > 0 ? url.Port : tls ? DefaultTlsPort : DefaultPort)],
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Tls = tls,
        };
    }

    /// <summary>Reads the form of StackExchange.Redis, <c>host:port,password=…,ssl=true</c>, by its own parser.</summary>
    private static RedisSettings OfConnectionString(SettingsReader settings, string text)
    {
        var options = new ConfigurationOptions();
        try
        {
            options = ConfigurationOptions.Parse(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Its message repeats what it does not understand, which may be a password.
            settings.Conceal(text);
        }

        if (options.EndPoints.Count == 0)
        {
            settings.Reject("connectionString", "this is not a connection string of Redis; write HOST:PORT,user=USER,password=PASSWORD,ssl=true or redis://USER:PASSWORD@HOST:PORT");
        }
        else if (options.ServiceName is not null)
        {
            settings.Reject("connectionString", "a check asks a server and no sentinel; write the server's address without 'serviceName'");
        }

        return new RedisSettings
        {
            Servers = [.. options.EndPoints.Select(server => AddressOf(server, options.Ssl ? DefaultTlsPort : DefaultPort))],
            Username = options.User,
            Password = options.Password,
            Tls = options.Ssl,
            TlsHost = options.SslHost,
        };
    }

    private static NetworkAddress AddressOf(EndPoint server, int defaultPort)
    {
        var (host, port) = server switch
        {
            DnsEndPoint named => (named.Host, named.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => (server.ToString() ?? "", 0),
        };
        return new NetworkAddress(host, port > 0 ? port : defaultPort);
    }
}
