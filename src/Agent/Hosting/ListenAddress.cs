using System.Net;

namespace HealthAgent.Agent.Hosting;

/// <summary>An address to listen on, as people read it.</summary>
internal static class ListenAddress
{
    /// <summary>As the configuration has it: <c>http://*:9464</c> for all addresses, always with the port, and no slash behind it.</summary>
    public static string Written(Uri listen)
    {
        var isAll = IPAddress.TryParse(listen.IdnHost, out var ip) && ip.Equals(IPAddress.IPv6Any);
        return $"{listen.Scheme}://{(isAll ? "*" : listen.Host)}:{listen.Port}";
    }

    /// <summary>
    /// As seen from the same machine. All addresses include IPv4's loopback, also where the listener is IPv6's, since it takes both.
    /// </summary>
    public static Uri FromHere(Uri listen) => IPAddress.TryParse(listen.IdnHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
        ? new UriBuilder(listen) { Host = "127.0.0.1" }.Uri
        : listen;
}
