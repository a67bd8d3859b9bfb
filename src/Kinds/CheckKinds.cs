using HealthAgent.Checks;
using HealthAgent.Kinds.Databases;
using HealthAgent.Kinds.Host;
using HealthAgent.Kinds.Messaging;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Grpc;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Kinds.Passive;
using HealthAgent.Kinds.Workflows.Dagu;
using HealthAgent.Scenarios;

namespace HealthAgent.Kinds;

/// <summary>The index of kinds: a new kind is one file and one line here.</summary>
public static class CheckKinds
{
    /// <summary>All kinds of this package, presets included, for <c>AddKinds</c>.</summary>
    public static IReadOnlyList<CheckKind> All => field ??= [.. Own, .. Presets()];

    private static IReadOnlyList<CheckKind> Own { get; } =
    [
        HttpCheck.Kind,
        TcpCheck.Kind,
        TlsCheck.Kind,
        GrpcCheck.Kind,
        PostgresCheck.Kind,
        RedisCheck.Kind,
        RabbitMqCheck.Kind,
        SelfCheck.Kind,
        DiskCheck.Kind,
        MemoryCheck.Kind,
        DaguCheck.Kind,
        HeartbeatCheck.Kind,
        ScenarioKind.Kind,
    ];

    private static IReadOnlyList<CheckKind> Presets()
    {
        using var presets = new StreamReader(typeof(CheckKinds).Assembly.GetManifestResourceStream("presets.yaml")!);
        return CheckPresets.Read(presets.ReadToEnd(), Own);
    }
}
