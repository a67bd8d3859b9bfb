using System.Net.Sockets;
using HealthAgent.Checks;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network;

/// <summary>Opens a TCP connection, and closes it.</summary>
internal sealed class TcpCheck(NetworkAddress address, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>tcp</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "tcp",
        Description = "A TCP connection can be opened.",
        DefaultTier = Tier.Dependency,
        Values = [.. ConnectionTrace.Phases.Where(phase => phase.Name != ConnectionTrace.Tls)],
        Read = Read,
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

    private static CheckFactory Read(SettingsReader settings, Conditions conditions)
    {
        var address = settings.Address("address");
        return services => new TcpCheck(address, services.GetRequiredService<TimeProvider>());
    }
}
