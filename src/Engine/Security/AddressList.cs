using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HealthAgent.Security;

/// <summary>Addresses and networks, IPv4 and IPv6, where an IPv4 address within IPv6 is that IPv4 address.</summary>
internal static class AddressList
{
    /// <summary>How to write one.</summary>
    public const string Remedy = "write an address or a network, such as 10.1.2.3, 10.0.0.0/8 or fd00::/8";

    /// <summary>Reads an address, or a network by its prefix; null, with the reason, when it is neither.</summary>
    public static IPNetwork? Read(string text, out string? error)
    {
        error = null;
        var slash = text.IndexOf('/');
        var address = slash < 0 ? text : text[..slash];

        // What the parser would take beyond addresses as people write them: 10 is 0.0.0.10, and brackets, ports and zones are dropped.
        if (!IPAddress.TryParse(address, out var ip) || address.AsSpan().ContainsAny("[]%")
            || (ip.AddressFamily == AddressFamily.InterNetwork && ip.ToString() != address))
        {
            error = $"'{text}' is not an address; {Remedy}";
            return null;
        }

        var bits = ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            error = $"'{text}' is not a network; {Remedy}";
            return null;
        }

        if (ip.IsIPv4MappedToIPv6 && length >= 96)
        {
            (ip, length) = (ip.MapToIPv4(), length - 96);
        }

        var network = Masked(ip, length);
        if (!network.BaseAddress.Equals(ip))
        {
            error = $"'{text}' has bits beyond its prefix; write {network} for the network, or {ip} for the address";
            return null;
        }

        return network;
    }

    /// <summary>Whether an address is in one of the networks.</summary>
    public static bool Contains(this IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        address = Unmapped(address);
        for (var i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The IPv4 address within an IPv6 one; any other as it is.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPNetwork Masked(IPAddress ip, int length)
    {
        var bytes = ip.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }
}
