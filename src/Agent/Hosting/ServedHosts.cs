using HealthAgent.Endpoints;
using HealthAgent.Security;

namespace HealthAgent.Agent.Hosting;

/// <summary>Which names in <c>Host</c> are served.</summary>
internal static class ServedHosts
{
    /// <summary>
    /// Whether a request is answered at all. A loopback listener may trust its callers, so there only the names of the loopback interface
    /// are served, and <c>agent.hosts</c>: a page of another site that reaches it by DNS rebinding comes by another name. Other listeners
    /// trust nobody by where they call from, and serve any name unless <c>agent.hosts</c> says which.
    /// </summary>
    public static bool Serve(HttpContext context, IReadOnlyList<string> hosts) =>
        (hosts.Count == 0 && BoundListener.Of(context) is not { IsLoopback: true })
        || HostNames.IsLoopback(context.Request.Host)
        || HostNames.IsOneOf(context.Request.Host, hosts);

    /// <summary>The agent does not answer for this host.</summary>
    /// <remarks>Rule: RFC 9110, 15.5.20, 421 Misdirected Request.</remarks>
    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = Answer.NeverStored;
        var detail = context.Request.Host.HasValue
            ? $"the host '{context.Request.Host.Value}' is not served here; use localhost, or add the name to agent.hosts in agent.yaml"
            : "the request has no Host; send one, such as Host: localhost";
        return Problems.Of(StatusCodes.Status421MisdirectedRequest, detail).SendAsync(context);
    }
}
