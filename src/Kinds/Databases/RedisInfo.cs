using System.Globalization;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Databases;

/// <summary>Parses the reply to <c>INFO</c>: lines of <c>field:value</c>.</summary>
internal static class RedisInfo
{
    /// <summary>Names of values that a round trip explains its fails with.</summary>
    public const string Primary = "primary", Eviction = "evictionPolicy", MemoryUsed = "memoryUsed";

    /// <summary>The observed values.</summary>
    public static readonly IReadOnlyList<ObservedValue> Values =
    [
        new("version", ObservedType.Text, "the server's version"),
        new("uptime", ObservedType.Duration, "how long the server runs"),
        new("role", ObservedType.Text, "master or slave, as the server says it"),
        new("replicas", ObservedType.Number, "connected replicas"),
        new(Primary, ObservedType.Text, "a replica's primary, as `host:port`"),
        new("primaryLink", ObservedType.Text, "up or down: a replica's link to its primary"),
        new("clients", ObservedType.Number, "connected clients"),
        new("usedMemory", ObservedType.Size, "the memory used"),
        new("maxMemory", ObservedType.Size, "the memory allowed; not there without a limit"),
        new(MemoryUsed, ObservedType.Percent, "used of allowed; not there without a limit"),
        new(Eviction, ObservedType.Text, "what goes when memory is full, such as noeviction or allkeys-lru; not there without a limit"),
        new("lastSave", ObservedType.Text, "ok or err: the last background save; after an err Redis may refuse writes"),
    ];

    /// <summary>Notes the fields that are present; Redis-compatible servers may lack some.</summary>
    public static void Note(string info, ConnectionTrace trace)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in info.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                fields[line[..colon]] = line[(colon + 1)..];
            }
        }

        // Servers that came of Redis name the version that they are compatible with as redis_version.
        NoteText("redis_version", "version");
        NoteText("valkey_version", "version");
        NoteText("role", "role");
        NoteText("master_link_status", "primaryLink");
        NoteText("rdb_last_bgsave_status", "lastSave");
        NoteNumber("connected_slaves", "replicas");
        NoteNumber("connected_clients", "clients");
        NoteNumber("used_memory", "usedMemory");
        if (Number("uptime_in_seconds") is { } seconds)
        {
            trace.Note("uptime", TimeSpan.FromSeconds(seconds));
        }

        if (Number("maxmemory") is > 0 and var most)
        {
            trace.Note("maxMemory", most);
            NoteText("maxmemory_policy", Eviction);
            if (Number("used_memory") is { } used)
            {
                trace.Note(MemoryUsed, 100 * used / most);
            }
        }

        if (fields.TryGetValue("master_host", out var host) && fields.TryGetValue("master_port", out var port))
        {
            trace.Note(Primary, $"{host}:{port}");
        }

        double? Number(string field) =>
            fields.TryGetValue(field, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

        void NoteNumber(string field, string name)
        {
            if (Number(field) is { } number)
            {
                trace.Note(name, number);
            }
        }

        void NoteText(string field, string name)
        {
            if (fields.TryGetValue(field, out var text))
            {
                trace.Note(name, text);
            }
        }
    }
}
