using System.Net;
using System.Net.Sockets;

namespace HealthAgent.Security;

/// <summary>Addresses that are not of the public internet, and what they are.</summary>
/// <remarks>Rule: the IANA special-purpose address registries (RFC 6890) for IPv4 and IPv6.</remarks>
internal static class SpecialAddresses
{
    private static readonly (IPNetwork Range, string Words)[] Ranges =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("10.0.0.0/8"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "carrier-grade NAT"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"),
        (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "reserved"),
        (IPNetwork.Parse("192.0.2.0/24"), "reserved"),
        (IPNetwork.Parse("192.88.99.0/24"), "reserved"),
        (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("198.18.0.0/15"), "reserved"),
        (IPNetwork.Parse("198.51.100.0/24"), "reserved"),
        (IPNetwork.Parse("203.0.113.0/24"), "reserved"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("::1/128"), "loopback"),
        (IPNetwork.Parse("2001::/23"), "reserved"),
        (IPNetwork.Parse("2001:db8::/32"), "reserved"),
        (IPNetwork.Parse("3fff::/20"), "reserved"),
        (IPNetwork.Parse("fc00::/7"), "unique-local"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fec0::/10"), "site-local"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    // All that is routed publicly is below this.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // AWS, Google, Azure and others; Azure's agent; Alibaba; Oracle; credentials of AWS's containers and pods.
    private static readonly HashSet<IPAddress> Metadata =
    [
        IPAddress.Parse("169.254.169.254"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("192.0.0.192"), IPAddress.Parse("169.254.170.2"), IPAddress.Parse("169.254.170.23"),
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd00:ec2::23"), IPAddress.Parse("fd20:ce::254"),
    ];

    // Where an IPv6 address holds an IPv4 address, from which byte on: IPv4-translated (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056),
    // IPv4-compatible (RFC 4291).
    private static readonly (IPNetwork Range, int At)[] Embeddings =
    [
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::/96"), 12),
    ];

    /// <summary>Whether a cloud answers there with credentials of the machine.</summary>
    public static bool IsMetadata(IPAddress address) => Metadata.Contains(address);

    /// <summary>What an address is in a word, such as <c>private</c>; null for a public one.</summary>
    public static string? Describe(IPAddress address)
    {
        if (IsMetadata(address))
        {
            return "metadata";
        }

        foreach (var (range, words) in Ranges)
        {
            if (range.Contains(address))
            {
                return words;
            }
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address) ? "reserved" : null;
    }

    /// <summary>The address that packets for it reach in the end: the IPv4 address in it, where there is one.</summary>
    public static IPAddress Reached(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        // By itself: to IPNetwork, some ranges of IPv6 hold all of them.
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();

        // Without its zone, which ranges know nothing of.
        var plain = new IPAddress(bytes);
        if (IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.IPv6Any))
        {
            return plain;
        }

        foreach (var (range, at) in Embeddings)
        {
            if (range.Contains(plain))
            {
                return new IPAddress(bytes.AsSpan(at, 4));
            }
        }

        // ISATAP (RFC 5214), behind any prefix.
        return bytes.AsSpan(8, 4) is [0 or 2, 0, 0x5e, 0xfe] ? new IPAddress(bytes.AsSpan(12, 4)) : plain;
    }
}
