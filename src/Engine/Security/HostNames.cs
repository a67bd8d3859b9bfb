using System.Net;

namespace HealthAgent.Security;

/// <summary>Host names under which the agent is served: loopback names, and those in <c>agent.hosts</c>.</summary>
/// <remarks>
/// Rule: RFC 9110, 4.2.2 and 7.2. DNS rebinding reaches a listener under the attacker's name; it cannot use <c>localhost</c>, an
/// address, or a name whose DNS the attacker does not control.
/// </remarks>
internal static class HostNames
{
    private const string AnySubdomain = "*.";

    /// <summary>How to write an entry of <c>agent.hosts</c>.</summary>
    public const string Remedy = "write a name without scheme and port, such as health.shop.example, *.shop.example or 10.0.0.5";

    /// <summary>
    /// Parses an entry of <c>agent.hosts</c>: an ASCII DNS name, <c>*.</c> and a name for its subdomains, or an IP address. Returns it
    /// normalized for comparison; null if it is invalid.
    /// </summary>
    public static string? Read(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            // The parser accepts and ignores a port after brackets.
            return text.Contains("]:", StringComparison.Ordinal) ? null : address.ToString();
        }

        var name = text.StartsWith(AnySubdomain, StringComparison.Ordinal) ? text[AnySubdomain.Length..] : text;
        return Uri.CheckHostName(name) == UriHostNameType.Dns && name.All(char.IsAscii) ? text.TrimEnd('.') : null;
    }

    /// <summary>Whether a <c>Host</c> is a loopback name: <c>localhost</c>, 127.0.0.0/8 or ::1, with or without a port.</summary>
    public static bool IsLoopback(HostString host) =>
        NameIn(host) is var name
        && (name is "127.0.0.1" || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(Unmapped(address))));

    /// <summary>Whether a <c>Host</c> matches one of the names, with or without a port.</summary>
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

    /// <summary>The name without port, brackets and trailing dot; empty if the form is invalid.</summary>
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
