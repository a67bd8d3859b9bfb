using System.Net.Sockets;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network;

/// <summary>Opens a TCP connection, and closes it.</summary>
internal sealed class TcpCheck(NetworkAddress address, TimeProvider clock) : IHealthCheck
{
    private static readonly Setting<NetworkAddress> Address = NetworkSettings.RequiredAddress("address", "`host:port` or `[v6]:port`");

    /// <summary>The kind <c>tcp</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "tcp",
        Description = "A TCP connection can be opened.",
        DefaultTier = Tier.Dependency,
        Values =
        [
            new(ConnectionTrace.Dns, ObservedType.Duration, "resolving the name") { IsPhase = true },
            new(ConnectionTrace.Connect, ObservedType.Duration, "opening the connection") { IsPhase = true },
        ],
        Settings = [Address],
        Plan = static context =>
        {
            var address = context.Settings.Get(Address);
            return new PlannedCheck(services => new TcpCheck(address, services.GetRequiredService<TimeProvider>()), address.Host);
        },
    };

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock);
        try
        {
            using var socket = await trace.ConnectAsync(address.Host, address.Port, cancellationToken);
            return HealthCheckResult.Healthy(data: trace.Observed);
        }
        catch (OperationCanceledException e)
        {
            throw trace.TimedOut(e);
        }
        catch (SocketException e)
        {
            throw trace.Unreached(e);
        }
    }
}
