using HealthAgent.Security;

namespace HealthAgent.Agent.Hosting;

/// <summary>Who may see what. Until callers can prove who they are, what counts is where they came in.</summary>
internal static class LoopbackTrust
{
    /// <summary>
    /// Whether details may be shown: only on a listener bound to loopback. The listener decides and not the connection,
    /// since a proxy beside the agent connects from loopback for any caller behind it.
    /// </summary>
    public static bool SeesDetails(HttpContext context) => context.Features.Get<Listener>() is not null;

    /// <summary>
    /// Whether a request is answered at all. A loopback listener trusts its callers, so there only the names of the loopback interface are
    /// served, and <c>agent.hosts</c>: a page of another site that reaches it by DNS rebinding comes by another name. Other listeners
    /// trust nobody, and serve any name unless <c>agent.hosts</c> says which.
    /// </summary>
    public static bool Serves(HttpContext context, IReadOnlyList<string> hosts) =>
        (hosts.Count == 0 && !SeesDetails(context))
        || HostNames.IsLoopback(context.Request.Host)
        || HostNames.IsOneOf(context.Request.Host, hosts);

    /// <summary>Details and actions for callers of a loopback listener; actions not for pages of other sites.</summary>
    public static void Apply(HealthAgentEndpointOptions options)
    {
        options.ShowDetails = SeesDetails;
        options.AllowActions = static context => SeesDetails(context) && IsNoOtherSite(context.Request);
        options.ActionsNeed = "allowed only on a loopback listener, and not to pages of other sites";
    }

    /// <summary>
    /// Whether no browser says that another site's page sends the request, which it can do to loopback as well: pages of another port on
    /// this
    /// machine are another site, too. Not every browser sends both headers, and programs send neither.
    /// </summary>
    /// <remarks>Rule: Fetch, Origin header; Fetch Metadata Request Headers, <c>Sec-Fetch-Site</c>.</remarks>
    private static bool IsNoOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.Count == 0
            || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
                && origin.Authority == request.Host.Value));

    /// <summary>Marks connections that came in by a loopback listener.</summary>
    public sealed class Listener
    {
        /// <summary>The one mark.</summary>
        public static readonly Listener Mark = new();
    }
}
