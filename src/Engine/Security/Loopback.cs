using System.Net;

namespace HealthAgent.Security;

/// <summary>Which addresses to listen on only this machine can reach.</summary>
internal static class Loopback
{
    /// <summary>Whether an address to listen on is reachable from this machine only.</summary>
    public static bool Is(Uri listen) =>
        listen.Host == "localhost" || (IPAddress.TryParse(listen.IdnHost, out var address) && IPAddress.IsLoopback(address));
}
