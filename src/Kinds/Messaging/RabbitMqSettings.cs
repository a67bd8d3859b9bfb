using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;
using RabbitMQ.Client;

namespace HealthAgent.Kinds.Messaging;

/// <summary>The settings of kind <c>rabbitmq</c>, resolved.</summary>
internal sealed record RabbitMqSettings
{
    private static readonly Setting<string> Key = Setting.RequiredText(
        "connectionString",
        "`amqp://user:password@host:5672/vhost` or `amqps://`; the virtual host `/` is an empty path or `%2F`, "
        + "and a `/` within one is `%2F` too");

    private static readonly Setting<string?> QueueName = Setting.Text("queue", "a queue to look at");

    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All = [Key, QueueName, RabbitMqRoundTrip.Key, TlsSettings.Tls];

    private static readonly Dictionary<string, int> Schemes = new(StringComparer.Ordinal) { ["amqp"] = 5672, ["amqps"] = 5671 };

    // Of one connection for a moment, none of these matters.
    private static readonly string[] Numbers =
    [
        "blocked_connection_timeout", "channel_max", "connection_attempts", "connection_timeout", "depth", "frame_max", "heartbeat",
        "retry_delay", "socket_timeout",
    ];

    private static readonly string[] Known =
    [
        .. Numbers, "auth_mechanism", "cacertfile", "certfile", "fail_if_no_peer_cert", "keyfile", "locale", "name", "password",
        "server_name_indication", "verify",
    ];

    /// <summary>The brokers; the first that can be reached is asked.</summary>
    public required IReadOnlyList<NetworkAddress> Servers { get; init; }

    /// <summary>Who logs in.</summary>
    public string Username { get; init; } = ConnectionFactory.DefaultUser;

    /// <summary>With which password.</summary>
    public string Password { get; init; } = ConnectionFactory.DefaultPass;

    /// <summary>Where: the virtual host.</summary>
    public string VirtualHost { get; init; } = ConnectionFactory.DefaultVHost;

    /// <summary>Whether the client's certificate says who logs in, rather than a password.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool Tls { get; init; }

    /// <summary>How.</summary>
    public TlsSettings Security { get; init; } = new();

    /// <summary>The queue that is looked at, if any.</summary>
    public string? Queue { get; init; }

    /// <summary>Whether a message is published and consumed.</summary>
    public bool HasRoundTrip { get; init; }

    /// <summary>The least rights, as an end of a reason.</summary>
    public string Remedy =>
        $"; it takes rabbitmqctl set_permissions -p {VirtualHost} {Username} "
        + (HasRoundTrip ? @"'^amq\.gen' '^amq\.default$' '^amq\.gen'" : "'^$' '^$' '^$'");

    /// <summary>Reads what the operator wrote.</summary>
    /// <remarks>Rule: RabbitMQ documentation, "URI Specification" and "URI Query Parameters".</remarks>
    public static RabbitMqSettings Read(PlanContext context)
    {
        var (settings, conditions) = (context.Settings, context.Conditions);
        var queue = settings.Get(QueueName);
        if (queue is null && (conditions.Use("messages") || conditions.Use("consumers")))
        {
            settings.Reject(QueueName, "a condition speaks of a queue, but no 'queue' is written");
        }

        var broker = ConnectionUrl.Read(settings, Key, Schemes) is { } url ? Of(url, settings) : new RabbitMqSettings { Servers = [] };
        return broker with
        {
            Queue = queue,
            HasRoundTrip = settings.Get(RabbitMqRoundTrip.Key),
            Security = settings.Get(TlsSettings.Tls).Over(broker.Security),
        };
    }

    private static RabbitMqSettings Of(ConnectionUrl url, SettingsReader settings)
    {
        if (url.Servers.Count == 0)
        {
            settings.Reject(Key, "it names no broker; write amqp://USER:PASSWORD@HOST:PORT/VHOST");
        }

        // A path of // is how Celery writes the virtual host /.
        if (url.Path != "/" && url.Path.Contains('/', StringComparison.Ordinal))
        {
            settings.Reject(Key, "its path has several segments; write %2F for a / within the virtual host");
        }

        var broker = new RabbitMqSettings { Servers = url.Servers, Tls = url.Scheme == "amqps" };
        broker = broker with
        {
            Username = url.User is { Length: > 0 } user ? user : broker.Username,
            Password = url.Password ?? broker.Password,
            VirtualHost = url.Path.Length > 0 ? Uri.UnescapeDataString(url.Path) : broker.VirtualHost,
        };
        foreach (var (name, value) in url.Parameters)
        {
            broker = broker.With(name, value, url, settings);
        }

        broker.Security.Files.Verify(settings, Key);
        return broker;
    }

    /// <summary>The settings with one parameter more. What is wrong with it is noted.</summary>
    private RabbitMqSettings With(string name, string value, ConnectionUrl url, SettingsReader settings)
    {
        switch (name)
        {
            case "cacertfile":
                return Secured(Security with { Files = Security.Files with { Roots = value } });
            case "certfile":
                return Secured(Security with { Files = Security.Files with { Certificate = value } });
            case "keyfile":
                return Secured(Security with { Files = Security.Files with { Key = value } });
            case "password":
                return Secured(Security with { Files = Security.Files with { Password = value } });
            case "server_name_indication":
                return Secured(Security with { ServerName = value });
            case "verify" when value is "verify_none" or "verify_peer":
                return Secured(Security with { SkipVerify = value == "verify_none" });
            case "auth_mechanism" when value.ToLowerInvariant() is "plain" or "external":
                return this with { IsExternal = value.Equals("external", StringComparison.OrdinalIgnoreCase) };
            case "locale" or "name" or "fail_if_no_peer_cert":
                return this;
            case var number when Numbers.Contains(number, StringComparer.Ordinal)
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                return this;
            case var known when Known.Contains(known, StringComparer.Ordinal):
                settings.Reject(Key, $"the value of '{name}' is not valid");
                return this;
            default:
                url.RejectUnknown(settings, Key, name, Known);
                return this;
        }
    }

    private RabbitMqSettings Secured(TlsSettings security) => this with { Security = security };
}
