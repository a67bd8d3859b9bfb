using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Security;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network;

/// <summary>Opens a TCP connection and closes it.</summary>
internal sealed class TcpCheck(NetworkAddress address, TargetPolicy? policy, TimeProvider clock) : IHealthCheck
{
    private static readonly Setting<NetworkAddress> Address = NetworkSettings.RequiredAddress("address", "`host:port` or `[v6]:port`");

    /// <summary>The kind <c>tcp</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "tcp",
        Description = "A TCP connection can be opened.",
        DefaultTier = Tier.Dependency,
        Example = "address: orders.internal:9000",
        Values = [.. ConnectionTrace.Phases.Where(phase => phase.Name != ConnectionTrace.Tls)],
        Settings = [Address],
        Target = Address,
        Plan = static context =>
        {
            var (address, policy) = (context.Settings.Get(Address), context.Policy);
            return new PlannedCheck(services => new TcpCheck(address, policy, services.GetRequiredService<TimeProvider>()), address.Host);
        },
    };

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock, policy);
        return trace.RunAsync(
            async stop =>
            {
                using var socket = await trace.ConnectAsync(address.Host, address.Port, stop);
            },
            cancellationToken);
    }
}
