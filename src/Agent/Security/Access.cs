using System.Net;

namespace HealthAgent.Security;

/// <summary>Who may see what. Until callers can prove who they are, what counts is where they came in.</summary>
internal static class Access
{
    /// <summary>
    /// Whether details may be told: only on a listener bound to loopback. The listener decides and not the connection,
    /// since a proxy beside the agent connects from loopback whoever stands behind it.
    /// </summary>
    public static bool SeesDetails(HttpContext context) => context.Features.Get<LoopbackListener>() is not null;

    /// <summary>
    /// Whether actions may be taken: where details are told, and not by a page of another site in somebody's browser,
    /// which can send requests to loopback as well.
    /// </summary>
    public static bool MayAct(HttpContext context) => SeesDetails(context)
        && (context.Request.Headers.Origin.Count == 0
            || (Uri.TryCreate(context.Request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) && origin.Authority == context.Request.Host.Value));

    /// <summary>Whether an address to listen on is reachable from this machine only.</summary>
    public static bool IsLoopback(Uri listen) =>
        listen.Host == "localhost" || (IPAddress.TryParse(listen.IdnHost, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Marks connections that came in by a loopback listener.</summary>
    public sealed class LoopbackListener
    {
        /// <summary>The one mark.</summary>
        public static readonly LoopbackListener Mark = new();
    }
}
