using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Kinds.Network;

namespace HealthAgent.Kinds.Databases;

/// <summary>Parses the servers of a connection string.</summary>
internal static class PostgresServers
{
    private const int DefaultPort = 5432;

    /// <summary>
    /// The servers of lists such as <c>a,b</c> and <c>5432,5433</c>, or <c>a:5432,b:5433</c>; a single port applies to all. A socket
    /// directory is a host too. Errors are reported by <c>reject</c> with the key and the reason.
    /// </summary>
    public static IReadOnlyList<NetworkAddress> Parse(PostgresValue hosts, PostgresValue ports, Action<string, string> reject)
    {
        var (names, numbers) = (hosts.Text.Split(','), (ports.Text ?? "").Split(','));
        if (numbers.Length != 1 && numbers.Length != names.Length)
        {
            reject(ports.Key, "must have one port per host, or one for all");
            return [];
        }

        List<NetworkAddress> servers = [];
        foreach (var (i, name) in names.Index())
        {
            var written = numbers[numbers.Length == 1 ? 0 : i].Trim();
            var port = DefaultPort;
            if (written.Length > 0
                && !(int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out port)
                    && port is > 0 and <= IPEndPoint.MaxPort))
            {
                reject(ports.Key, "is not a port number (1 to 65535)");
                return [];
            }

            if (Parse(name.Trim(), port) is not { } server)
            {
                reject(hosts.Key, "is not a host name; separate settings by ';', or by blanks in libpq's form");
                return [];
            }

            servers.Add(server);
        }

        return servers;
    }

    /// <summary>Whether a host is a Unix socket.</summary>
    public static bool IsSocket(string host) => Path.IsPathRooted(host) || host.StartsWith('@');

    // An IPv6 address without brackets has no port.
    private static NetworkAddress? Parse(string host, int port) =>
        (IsSocket(host) && !host.AsSpan().ContainsAny(" =;"))
        || (!host.StartsWith('[') && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            ? new NetworkAddress(host, port)
            : NetworkAddress.Parse(host, port);
}
