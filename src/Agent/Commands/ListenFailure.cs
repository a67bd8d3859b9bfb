using System.Net.Sockets;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Planning;

namespace HealthAgent.Agent.Commands;

/// <summary>Describes in one line why an address cannot be listened on, and the remedy.</summary>
internal static class ListenFailure
{
    private const int FirstOpenPort = 1024;

    /// <summary>The line for an address.</summary>
    public static string Describe(Uri address, Exception failure) =>
        $"health-agent cannot listen on {ListenAddress.Written(address)}: {Reason(address, failure)} "
        + $"(agent.listen in agent.yaml, or {AgentPlan.ListenVariable})";

    private static string Reason(Uri address, Exception failure) => Failures.SocketCause(failure)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "address already in use; stop the other process or choose another port",
        SocketError.AddressNotAvailable => "not an address of this machine; choose a local address, or * for all",
        SocketError.AccessDenied when address.Port < FirstOpenPort =>
            $"permission denied; choose a port of at least {FirstOpenPort}, or grant CAP_NET_BIND_SERVICE",
        SocketError.AccessDenied => "permission denied; choose another port",
        SocketError.AddressFamilyNotSupported =>
            $"this machine has no {(address.HostNameType == UriHostNameType.IPv6 ? "IPv6" : "IPv4")}; choose another address, or * for all",
        _ => $"{Failures.Describe(failure)}; choose another address",
    };
}
