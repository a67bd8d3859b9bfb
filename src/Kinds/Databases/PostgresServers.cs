using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Kinds.Network;

namespace HealthAgent.Kinds.Databases;

/// <summary>Reads the servers of a connection string.</summary>
internal static class PostgresServers
{
    private const int DefaultPort = 5432;

    /// <summary>
    /// The servers of lists such as <c>a,b</c> and <c>5432,5433</c>, or <c>a:5432,b:5433</c>; one port counts for all. A folder
    /// of sockets is a host too. What is wrong is noted by a function of the key and what is wrong with it.
    /// </summary>
    public static IReadOnlyList<NetworkAddress> Parse(PostgresValue hosts, PostgresValue ports, Action<string, string> reject)
    {
        var (names, numbers) = (hosts.Text.Split(','), (ports.Text ?? "").Split(','));
        if (numbers.Length != 1 && numbers.Length != names.Length)
        {
            reject(ports.Key, "has another number of ports than there are hosts; write one for each, or one for all");
            return [];
        }

        List<NetworkAddress> servers = [];
        foreach (var (i, name) in names.Index())
        {
            var written = numbers[numbers.Length == 1 ? 0 : i].Trim();
            var port = DefaultPort;
            if (written.Length > 0
                && !(int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort))
            {
                reject(ports.Key, "is not a port; write a number from 1 to 65535");
                return [];
            }

            if (Parse(name.Trim(), port) is not { } server)
            {
                reject(hosts.Key, "is not a host name; between settings stands a ';', or a blank in libpq's form");
                return [];
            }

            servers.Add(server);
        }

        return servers;
    }

    /// <summary>Whether a server is reached by a socket of this machine.</summary>
    public static bool IsSocket(string host) => Path.IsPathRooted(host) || host.StartsWith('@');

    // Without brackets, an address of IPv6 has no port.
    private static NetworkAddress? Parse(string host, int port) =>
        (IsSocket(host) && !host.AsSpan().ContainsAny(" =;"))
        || (!host.StartsWith('[') && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            ? new NetworkAddress(host, port)
            : NetworkAddress.Parse(host, port);
}
