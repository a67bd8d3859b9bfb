using System.Net;

namespace HealthAgent.Agent.Hosting;

/// <summary>Displays listen addresses.</summary>
internal static class ListenAddress
{
    /// <summary>As in the configuration: <c>http://*:9464</c> for all addresses, with port and without trailing slash.</summary>
    public static string Written(Uri listen)
    {
        var isAll = IPAddress.TryParse(listen.IdnHost, out var ip) && ip.Equals(IPAddress.IPv6Any);
        return $"{listen.Scheme}://{(isAll ? "*" : listen.Host)}:{listen.Port}";
    }

    /// <summary>As reachable from the same machine. A wildcard becomes IPv4 loopback, since IPv6 listeners are dual-stack.</summary>
    public static Uri FromHere(Uri listen) =>
        IPAddress.TryParse(listen.IdnHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
        ? new UriBuilder(listen) { Host = "127.0.0.1" }.Uri
        : listen;
}
