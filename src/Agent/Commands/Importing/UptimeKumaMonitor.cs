using System.Globalization;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A monitor of Uptime Kuma as a check.</summary>
internal static class UptimeKumaMonitor
{
    /// <summary>Writes kind, target and all that is asked for; false where no kind there is could do it.</summary>
    public static bool Add(ForeignMap monitor, string type, Draft check, Fit fit)
    {
        var kind = type switch
        {
            "http" or "keyword" or "json-query" or "rabbitmq" => "http",
            "port" => "tcp",
            "push" => "heartbeat",
            "postgres" or "redis" => type,
            _ => null,
        };
        if (kind is null || fit.Kinds.Find(kind) is null)
        {
            monitor.Note(kind is not null ? Unavailable.Kind(kind) : Needed(type));
            return false;
        }

        if (monitor.Flag("upsideDown"))
        {
            monitor.Note("upsideDown: a check cannot expect to fail; not taken over");
            return false;
        }

        check.Add("kind", kind);
        switch (type)
        {
            case "rabbitmq":
                UptimeKumaHttp.AddRabbitMq(monitor, check);
                break;
            case "port":
                AddAddress(monitor, check);
                break;
            case "push":
                check.Add("token", monitor.Scalar("pushToken"), Draft.Literally);
                monitor.Note(Unavailable.Push);
                break;
            case "postgres" or "redis":
                AddStore(monitor, type, check);
                break;
            default:
                UptimeKumaHttp.Add(monitor, type, check);
                break;
        }

        AddTiming(monitor, type, check);
        return true;
    }

    private static string Needed(string type) => type switch
    {
        "ping" or "tailscale-ping" => Unavailable.Kind("icmp"),
        "dns" or "docker" or "mysql" or "sqlserver" or "mongodb" or "mqtt" or "smtp" or "ntp" => Unavailable.Kind(type),
        "kafka-producer" => Unavailable.Kind("kafka"),
        "grpc-keyword" => "only the health service of gRPC is asked, by the kind grpc; not taken over",
        "websocket-upgrade" => Unavailable.Kind("websocket"),
        "system-service" => Unavailable.Kind("systemd"),
        _ => Unavailable.NoKind,
    };

    private static void AddAddress(ForeignMap monitor, Draft check)
    {
        var (host, port) = (monitor.Scalar("hostname"), monitor.Text("port"));
        check.Add("address", host, name => Draft.Literally(name.Contains(':', StringComparison.Ordinal) && !name.StartsWith('[')
            ? $"[{name}]:{port}" : $"{name}:{port}"));
        if (monitor.Text("expectedTlsAlert") is { Length: > 0 } alert and not "none")
        {
            monitor.Refuse("expectedTlsAlert", $"only that the port accepts connections is checked; no kind expects an alert ({alert})");
        }

        if (monitor.Flag("expiryNotification"))
        {
            monitor.Refuse("expiryNotification", "write a check of kind tls that warns: certificate.expiresIn < 21d");
        }
    }

    private static void AddStore(ForeignMap monitor, string type, Draft check)
    {
        var connection = monitor.Scalar("databaseConnectionString");
        check.Add("connectionString", connection, Draft.Literally);
        if (type == "postgres")
        {
            check.Add("query", monitor.Scalar("databaseQuery") is { Value.Length: > 0 } query ? query : null, Draft.Literally);
        }
        else if (monitor.Flag("ignoreTls") && connection?.Value.StartsWith("rediss:", StringComparison.OrdinalIgnoreCase) is true)
        {
            check.Put("tls", "insecureSkipVerify", new YamlScalar(monitor.PlaceOf("ignoreTls"), "true", IsPlain: true));
        }
    }

    /// <summary>When it runs, and how many fails in a row make it unhealthy.</summary>
    private static void AddTiming(ForeignMap monitor, string type, Draft check)
    {
        var interval = Seconds(monitor, "interval") ?? TimeSpan.FromSeconds(60);
        check.Add("interval", monitor.PlaceOf("interval"), interval);
        if (type is "http" or "keyword" or "json-query" or "rabbitmq")
        {
            // Without one, it gives four fifths of the interval.
            var timeout = Seconds(monitor, "timeout") ?? interval * 0.8;
            check.Add("timeout", monitor.PlaceOf("timeout"), Units.Shorter(timeout, interval));
        }

        if (type != "push")
        {
            check.Add("retryInterval", monitor.PlaceOf("retryInterval"), Seconds(monitor, "retryInterval") ?? interval);
        }

        var isNumber = int.TryParse(monitor.Text("maxretries"), CultureInfo.InvariantCulture, out var retries);
        check.Add("failureThreshold", monitor.PlaceOf("maxretries"), isNumber ? Math.Clamp(retries, 0, 999) + 1 : 1);
    }

    private static TimeSpan? Seconds(ForeignMap monitor, string key) =>
        double.TryParse(monitor.Text(key), CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
