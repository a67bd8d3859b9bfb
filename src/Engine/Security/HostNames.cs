using System.Net;

namespace HealthAgent.Security;

/// <summary>Names by which callers may address the agent: those of the loopback interface, and those in <c>agent.hosts</c>.</summary>
/// <remarks>
/// Rule: RFC 9110, 4.2.2 and 7.2. A page of another site reaches a listener under its own name, by DNS rebinding; it cannot choose
/// <c>localhost</c>, an address, or a name whose DNS it does not control.
/// </remarks>
internal static class HostNames
{
    private const string AnySubdomain = "*.";

    /// <summary>What to write in <c>agent.hosts</c>.</summary>
    public const string Remedy = "write a name without scheme and port, such as health.shop.example, *.shop.example or 10.0.0.5";

    /// <summary>
    /// Reads an entry of <c>agent.hosts</c>: a DNS name in ASCII, the same behind <c>*.</c> for all its subdomains, or an IP address.
    /// Returns it as it is compared; null when it is none of these.
    /// </summary>
    public static string? Read(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            // The parser takes a port behind brackets, and lets it fall.
            return text.Contains("]:", StringComparison.Ordinal) ? null : address.ToString();
        }

        var name = text.StartsWith(AnySubdomain, StringComparison.Ordinal) ? text[AnySubdomain.Length..] : text;
        return Uri.CheckHostName(name) == UriHostNameType.Dns && name.All(char.IsAscii) ? text.TrimEnd('.') : null;
    }

    /// <summary>Whether a <c>Host</c> names the loopback interface: <c>localhost</c>, 127.0.0.0/8 or ::1, with or without a port.</summary>
    public static bool IsLoopback(HostString host) =>
        NameIn(host) is var name
        && (name is "127.0.0.1" || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(Unmapped(address))));

    /// <summary>Whether a <c>Host</c> is one of the names, with or without a port.</summary>
    public static bool IsOneOf(HostString host, IReadOnlyList<string> names)
    {
        var name = NameIn(host);
        var address = IPAddress.TryParse(name, out var ip) ? ip.ToString() : null;
        foreach (var known in names)
        {
            if (address is not null ? address == known : Matches(name, known))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> name, string known) => known.StartsWith(AnySubdomain, StringComparison.Ordinal)
        ? name.Length >= known.Length && name.EndsWith(known.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : name.Equals(known, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name without port, brackets and the dot of a fully qualified one. Whatever has another form names nobody.</summary>
    private static ReadOnlySpan<char> NameIn(HostString host)
    {
        var text = host.Value.AsSpan();
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']');
            return end > 0 && text[(end + 1)..] is [] or [':', ..] && text[1..end].Contains(':') ? text[1..end] : [];
        }

        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        return name.EndsWith('.') ? name[..^1] : name;
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
