using System.Net.Sockets;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Planning;

namespace HealthAgent.Agent.Commands;

/// <summary>Why an address could not be listened on, and what to do about it, in one line.</summary>
internal static class ListenFailure
{
    private const int FirstOpenPort = 1024;

    /// <summary>The line, for the address that failed.</summary>
    public static string Describe(Uri address, Exception failure) =>
        $"health-agent cannot listen on {ListenAddress.Written(address)}: {Reason(address, failure)} (agent.listen in agent.yaml, or {AgentPlan.ListenVariable})";

    private static string Reason(Uri address, Exception failure) => Failures.SocketCause(failure)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the address is in use; stop what listens there, or choose another port",
        SocketError.AddressNotAvailable => "no interface of this machine has the address; choose one that it has, or * for all",
        SocketError.AccessDenied when address.Port < FirstOpenPort =>
            $"permission denied; choose a port from {FirstOpenPort} up, or grant CAP_NET_BIND_SERVICE",
        SocketError.AccessDenied => "permission denied; choose another port, or allow it",
        SocketError.AddressFamilyNotSupported => $"this machine has no {(address.HostNameType == UriHostNameType.IPv6 ? "IPv6" : "IPv4")}; choose another address, or * for all",
        _ => $"{Failures.Describe(failure)}; choose another address",
    };
}
