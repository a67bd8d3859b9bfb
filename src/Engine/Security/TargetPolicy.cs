using System.Net;

namespace HealthAgent.Security;

/// <summary>
/// What may be connected to on behalf of somebody else: targets that match a pattern, at addresses that are public or allowed. Whoever
/// opens a connection judges the very addresses that it connects to.
/// </summary>
/// <param name="targets">The patterns of targets.</param>
/// <param name="allowed">The ranges of addresses that may be connected to although they are not public.</param>
internal sealed class TargetPolicy(IReadOnlyList<TargetPattern> targets, IReadOnlyList<IPNetwork> allowed)
{
    /// <summary>Whether a target matches one of the patterns.</summary>
    public bool Allows(ProbeTarget target) => targets.Any(pattern => pattern.Matches(target));

    /// <summary>Why a redirect is not followed; null where it is.</summary>
    public string? RefusalOf(Uri redirect) =>
        ProbeTarget.OfUrl(redirect.AbsoluteUri, out _) is { } target && Allows(target)
            ? null
            : $"the redirect leads to {redirect.Scheme}://{redirect.Authority}, which probe.targets does not allow";

    /// <summary>
    /// Why none of the addresses of a host is connected to; null where all are. One that is not allowed is enough: a name that has public
    /// and private addresses is how a firewall is got around.
    /// </summary>
    public string? RefusalOf(IEnumerable<IPAddress> addresses) => addresses.Select(RefusalOf).FirstOrDefault(words => words is not null);

    private string? RefusalOf(IPAddress address)
    {
        var reached = SpecialAddresses.Reached(address);
        if (SpecialAddresses.Describe(reached) is not { } words || allowed.Any(range => Names(range, reached)))
        {
            return null;
        }

        return $"{address} is a {words} address{(reached.Equals(address) ? "" : $" ({reached})")}, "
            + "which probe.allowAddresses does not name";
    }

    // Nobody who allows a network means the credentials of the machine in it.
    private static bool Names(IPNetwork range, IPAddress address) =>
        range.Contains(address)
        && (!SpecialAddresses.IsMetadata(address) || range.PrefixLength == address.GetAddressBytes().Length * 8);
}
