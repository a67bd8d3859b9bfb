using HealthAgent.Configuration;
using HealthAgent.State;

namespace HealthAgent.Agent.Access;

/// <summary>Decides for the endpoints of the library which callers see details, and which may act.</summary>
internal static class Permissions
{
    /// <summary>By the role of the caller; what a browser sends for a page of another site never acts.</summary>
    public static void Apply(HealthAgentEndpointOptions options, StateStore store)
    {
        options.ShowDetails = context =>
            store.Current.Plan.Access is var rules && (rules.AnonymousSeesDetails || Callers.RoleOf(context, rules) >= Role.Viewer);
        options.AllowActions = context => MayAct(context, store.Current.Plan.Access);
        options.ActionsNeed = "the role operator is needed, and no page of another site has it; see access in agent.yaml";
        options.WhyNoDetails = () => WhyNoDetails(store.Current.Plan.Access);
    }

    /// <summary>Why callers without credentials see no details, and what to do about it; null where they do.</summary>
    public static string? WhyNoDetails(AccessRules rules) => rules switch
    {
        { AnonymousSeesDetails: true } => null,
        { IsWritten: false } =>
            "names and reasons are shown on loopback listeners only; to show them here, write access.tokens to agent.yaml",
        { Tokens.Count: 0, Certificates.Count: 0, Jwt: null } =>
            "names and reasons are withheld from callers without credentials, and access in agent.yaml accepts none; write access.tokens",
        _ => "names and reasons are withheld from callers without credentials; send those of a viewer, see access in agent.yaml",
    };

    private static bool MayAct(HttpContext context, AccessRules rules) =>
        Callers.CameByToken(context)
            ? Callers.RoleOf(context, rules) == Role.Operator
            : (Callers.RoleOf(context, rules) == Role.Operator || (rules.Anonymous.HasFlag(Surface.Actions) && !Callers.IsKnown(context)))
                && IsNoOtherSite(context.Request);

    /// <summary>
    /// Whether no browser says that another site's page sends the request, which it can do to loopback as well: pages of another port on
    /// this machine are another site, too. Not every browser sends both headers, and programs send neither.
    /// </summary>
    /// <remarks>Rule: Fetch, Origin header; Fetch Metadata Request Headers, <c>Sec-Fetch-Site</c>.</remarks>
    public static bool IsNoOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.Count == 0
            || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
                && origin.Authority == request.Host.Value));
}
