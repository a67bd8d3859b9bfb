using System.Collections.Frozen;
using HealthAgent.Checks.Databases;
using HealthAgent.Checks.Host;
using HealthAgent.Checks.Messaging;
using HealthAgent.Checks.Network;
using HealthAgent.Checks.Workflows;

namespace HealthAgent.Checks;

/// <summary>The index of kinds: a new kind is one file and one line here.</summary>
internal static class CheckKinds
{
    /// <summary>All kinds.</summary>
    public static readonly IReadOnlyList<CheckKind> All =
    [
        HttpCheck.Kind,
        TcpCheck.Kind,
        PostgresCheck.Kind,
        RedisCheck.Kind,
        RabbitMqCheck.Kind,
        SelfCheck.Kind,
        DiskCheck.Kind,
        MemoryCheck.Kind,
        DaguCheck.Kind,
    ];

    private static readonly FrozenDictionary<string, CheckKind> ByName = All.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The kind of a name; null when there is none.</summary>
    public static CheckKind? Find(string name) => ByName.GetValueOrDefault(name);
}
