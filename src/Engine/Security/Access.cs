using System.Net;

namespace HealthAgent.Security;

/// <summary>Decides by listener what a caller may see and do, as callers do not authenticate.</summary>
internal static class Access
{
    /// <summary>
    /// Whether details are shown: only on a loopback listener. The listener decides rather than the connection, since a local proxy
    /// connects
    /// from loopback on behalf of anyone.
    /// </summary>
    public static bool SeesDetails(HttpContext context) => context.Features.Get<LoopbackListener>() is not null;

    /// <summary>
    /// Whether the <c>Host</c> is served. A loopback listener trusts its callers, so it serves only loopback names and <c>agent.hosts</c>:
    /// a page of another site, using DNS rebinding, arrives under another name. Other listeners serve any name unless <c>agent.hosts</c> is
    /// set.
    /// </summary>
    public static bool Serves(HttpContext context, IReadOnlyList<string> hosts) =>
        (hosts.Count == 0 && !SeesDetails(context))
        || HostNames.IsLoopback(context.Request.Host)
        || HostNames.IsOneOf(context.Request.Host, hosts);

    /// <summary>
    /// Whether actions are allowed: where details are shown, and not from another site's page in a browser, which can reach loopback too.
    /// </summary>
    public static bool MayAct(HttpContext context) => SeesDetails(context) && IsNoOtherSite(context.Request);

    /// <summary>
    /// Whether no browser reports the request as cross-site; pages of another local port are cross-site, too. Not every browser sends both
    /// headers; programs send neither.
    /// </summary>
    /// <remarks>Rule: Fetch, Origin header; Fetch Metadata Request Headers, <c>Sec-Fetch-Site</c>.</remarks>
    private static bool IsNoOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.Count == 0
            || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
                && origin.Authority == request.Host.Value));

    /// <summary>Whether a listen address is reachable from this machine only.</summary>
    public static bool IsLoopback(Uri listen) =>
        listen.Host == "localhost" || (IPAddress.TryParse(listen.IdnHost, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Marks connections of a loopback listener.</summary>
    public sealed class LoopbackListener
    {
        /// <summary>The only instance.</summary>
        public static readonly LoopbackListener Mark = new();
    }
}
