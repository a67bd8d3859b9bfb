using HealthAgent.Checks;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>The settings of kind <c>redis</c>, resolved.</summary>
internal sealed record RedisSettings
{
    private static readonly Setting<NetworkAddress?> Address = new(
        "address", NetworkSettings.AddressShape, "`host:port`", NetworkSettings.ReadAddress) { DefaultNote = "this or `connectionString`" };

    private static readonly Setting<string?> User = Setting.Text("username", "without one the default user logs in");

    private static readonly Setting<string?> Secret = Setting.Secret("password", "without one there is no login");

    private static readonly Setting<bool?> Enabled = new(
        "enabled", SettingShape.Boolean, "speaks TLS",
        static (settings, key) => settings.Boolean(key))
    {
        DefaultNote = "`true` where `tls` is written",
    };

    private static readonly Setting<(bool IsEnabled, TlsSettings Settings)> TlsSection = Setting.Section(
        TlsSettings.Tls.Name, TlsSettings.Tls.Description, [Enabled, .. TlsSettings.All],
        static tls => (tls.Get(Enabled) ?? true, TlsSettings.Read(tls)), (false, new TlsSettings()));

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All = [Address, User, Secret, RedisConnectionString.Key, RedisRoundTrip.Key, TlsSection];

    /// <summary>The servers; the first that can be reached is asked.</summary>
    public required IReadOnlyList<NetworkAddress> Servers { get; init; }

    /// <summary>Who logs in; null for the default user.</summary>
    public string? Username { get; init; }

    /// <summary>The password; null for no login.</summary>
    public string? Password { get; init; }

    /// <summary>The database of the round trip.</summary>
    public int Database { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool Tls { get; init; }

    /// <summary>How.</summary>
    public TlsSettings Security { get; init; } = new();

    /// <summary>Whether a condition speaks of what <c>INFO</c> tells.</summary>
    public bool NeedsInfo { get; init; }

    /// <summary>What is written and read back; null for nothing.</summary>
    public RedisRoundTrip? RoundTrip { get; init; }

    /// <summary>Reads what the operator wrote: a connection string or a URL as applications have them, or the parts.</summary>
    public static RedisSettings Read(PlanContext context)
    {
        var settings = context.Settings;
        var redis = settings.Has(RedisConnectionString.Key) ? RedisConnectionString.Read(settings) : OfParts(settings);
        settings.AddCredential(redis.Username);
        if (settings.Has(RedisConnectionString.Key))
        {
            foreach (var part in (Setting[])[Address, User, Secret])
            {
                if (settings.Has(part))
                {
                    settings.Reject(part, "this stands in the connection string; write one or the other");
                }
            }
        }

        redis.Security.Files.Verify(settings, RedisConnectionString.Key);
        var (isEnabled, tls) = settings.Get(TlsSection);
        return redis with
        {
            Tls = redis.Tls || isEnabled,
            Security = tls.Over(redis.Security),
            RoundTrip = settings.Get(RedisRoundTrip.Key),
            NeedsInfo = RedisInfo.Values.Any(value => context.Conditions.Use(value.Name)),
        };
    }

    private static RedisSettings OfParts(SettingsReader settings)
    {
        if (!settings.Has(Address))
        {
            settings.Reject(Address, "either 'address' or 'connectionString' is required");
        }

        return new RedisSettings
        {
            Servers = [settings.Get(Address) ?? new NetworkAddress("localhost", RedisConnectionString.DefaultPort)],
            Username = settings.Get(User),
            Password = settings.Get(Secret),
        };
    }
}
