using System.Net;
using HealthAgent.Configuration;
using HealthAgent.Security;

namespace HealthAgent.Agent.Access;

/// <summary>The client of a request that came through a trusted proxy, by what the proxy says.</summary>
internal sealed class ForwardedClient
{
    private const string ForwardedFor = "X-Forwarded-For", Forwarded = "Forwarded";

    // By which of these a proxy shows itself; nothing else is read from them.
    private static readonly string[] Traces = [ForwardedFor, Forwarded, "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    private static readonly ForwardedClient Found = new();

    private ForwardedClient()
    {
    }

    /// <summary>
    /// Puts the client's address in the place of the proxy's: the nearest one to the agent that is no trusted proxy. Where the headers
    /// cannot be read, hide the client, or say two different things, there is no address.
    /// </summary>
    public static void Resolve(HttpContext context, AccessRules rules)
    {
        if (rules.TrustedProxies.Count == 0 || context.Connection.RemoteIpAddress is not { } peer || !rules.TrustedProxies.Contains(peer))
        {
            return;
        }

        var (written, standard) = (context.Request.Headers[ForwardedFor], context.Request.Headers[Forwarded]);
        if (written.Count + standard.Count == 0)
        {
            return;
        }

        var byOne = written.Count > 0 ? Walk(peer, ForwardedNodes.OfForwardedFor(written), rules.TrustedProxies) : null;
        var byOther = standard.Count > 0 ? Walk(peer, ForwardedNodes.OfForwarded(standard), rules.TrustedProxies) : null;

        // Proxies set one of the two and pass on the other, which a caller may have written.
        context.Connection.RemoteIpAddress =
            written.Count == 0 ? byOther : standard.Count == 0 || Equals(byOne, byOther) ? byOne : null;
        context.Connection.RemotePort = 0;
        context.Features.Set(Found);
    }

    /// <summary>Whether a request that came in by a loopback listener was made on this machine, as far as can be known.</summary>
    public static bool IsOfThisMachine(HttpContext context)
    {
        if (context.Features.Get<ForwardedClient>() is not null)
        {
            return context.Connection.RemoteIpAddress is { } client && IPAddress.IsLoopback(AddressList.Unmapped(client));
        }

        foreach (var trace in Traces)
        {
            if (context.Request.Headers.ContainsKey(trace))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From the proxy at hand back to the first that is not trusted; null where one is not an address.</summary>
    internal static IPAddress? Walk(IPAddress peer, IEnumerable<IPAddress?> fromTheNearest, IReadOnlyList<IPNetwork> trusted)
    {
        var client = AddressList.Unmapped(peer);
        foreach (var node in fromTheNearest)
        {
            if (!trusted.Contains(client))
            {
                break;
            }

            if (node is null)
            {
                return null;
            }

            client = AddressList.Unmapped(node);
        }

        return client;
    }
}
