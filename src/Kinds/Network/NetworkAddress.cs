using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HealthAgent.Kinds.Network;

/// <summary>A host and a port, written <c>host:port</c> or <c>[v6]:port</c>.</summary>
internal sealed partial record NetworkAddress(string Host, int Port)
{
    /// <summary>
    /// Parses an address, using the default port if there is none. Null if it is invalid: a host name consists of letters, digits, '-', '_'
    /// and dots, so nothing appended by mistake becomes part of it.
    /// </summary>
    public static NetworkAddress? Parse(string text, int? defaultPort = null)
    {
        var written = Form().Match(text);
        var port = written.Groups["port"].Success
            ? int.Parse(written.Groups["port"].ValueSpan, CultureInfo.InvariantCulture)
            : defaultPort;
        var isPort = port is >= 0 and <= IPEndPoint.MaxPort && (port > 0 || !written.Groups["port"].Success);
        return written.Success && isPort && HostOf(written) is { } host
            ? new NetworkAddress(host, port!.Value)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static string? HostOf(Match written) => written.Groups["v6"] is { Success: true, Value: var v6 }
        ? IPAddress.TryParse(v6, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? v6 : null
        : Uri.CheckHostName(written.Groups["name"].Value) is UriHostNameType.Dns or UriHostNameType.IPv4
            ? new UriBuilder("tcp", written.Groups["name"].Value).Uri.IdnHost
            : null;

    [GeneratedRegex(@"^(\[(?<v6>[^\[\]]+)\]|(?<name>[^:\[\]]+))(:(?<port>[0-9]{1,5}))?\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Form();
}
