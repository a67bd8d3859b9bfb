using HealthAgent.Checks;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>The settings of kind <c>redis</c>, resolved.</summary>
internal sealed record RedisSettings
{
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

    /// <summary>The files for TLS.</summary>
    public TlsFiles Files { get; init; } = new(null, null, null);

    /// <summary>Whether a condition speaks of what <c>INFO</c> tells.</summary>
    public bool NeedsInfo { get; init; }

    /// <summary>Reads what the operator wrote: a connection string or a URL as applications have them, or the parts.</summary>
    public static RedisSettings Read(SettingsReader settings, Conditions conditions)
    {
        var redis = settings.Has("connectionString") ? RedisConnectionString.Read(settings) : OfParts(settings);
        settings.Credential(redis.Username);
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

        redis.Files.Verify(settings, "connectionString");
        var tls = settings.Section("tls");
        var (enabled, skipVerify) = (tls?.Boolean("enabled") ?? tls is not null, tls?.Boolean("insecureSkipVerify") ?? false);
        tls?.RejectUnknownKeys();
        return redis with
        {
            Tls = redis.Tls || enabled,
            SkipVerify = redis.SkipVerify || skipVerify,
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
            Servers = [settings.Has("address") ? settings.Address("address") : new NetworkAddress("localhost", RedisConnectionString.DefaultPort)],
            Username = settings.Text("username"),
            Password = settings.Secret("password"),
        };
    }
}
