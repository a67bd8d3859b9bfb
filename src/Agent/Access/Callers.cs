using System.Security.Claims;
using HealthAgent.Agent.Hosting;
using HealthAgent.Configuration;
using HealthAgent.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace HealthAgent.Agent.Access;

/// <summary>Who a caller is, and what is allowed to it.</summary>
internal static class Callers
{
    private static readonly ClaimsPrincipal LoopbackViewer = Principal("loopback", Role.Viewer, "loopback");
    private static readonly ClaimsPrincipal LoopbackOperator = Principal("loopback", Role.Operator, "loopback");

    /// <summary>A caller with a name and a role.</summary>
    /// <param name="name">That of the token, the certificate or the user.</param>
    /// <param name="role">The role.</param>
    /// <param name="scheme">How it was proved.</param>
    public static ClaimsPrincipal Principal(string name, Role role, string scheme)
    {
        Claim[] claims = role == Role.Anonymous
            ? [new(ClaimTypes.Name, name)]
            : [new(ClaimTypes.Name, name), new(ClaimTypes.Role, role.Name())];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>The result of an authentication that succeeded.</summary>
    public static AuthenticateResult Ticket(string name, Role role, string scheme) =>
        AuthenticateResult.Success(new AuthenticationTicket(Principal(name, role, scheme), scheme));

    /// <summary>The role of a request's caller. Costs no allocation for one without credentials.</summary>
    public static Role RoleOf(HttpContext context, AccessRules rules)
    {
        var proved = UserOf(context) is not { } user ? Role.Anonymous
            : user.IsInRole(Role.Operator.Name()) ? Role.Operator
            : user.IsInRole(Role.Viewer.Name()) ? Role.Viewer
            : Role.Anonymous;
        return proved > Role.Anonymous ? proved : RoleOnLoopback(context, rules);
    }

    /// <summary>Whether a caller proved who it is.</summary>
    public static bool IsKnown(HttpContext context) => UserOf(context) is { Identity.IsAuthenticated: true };

    /// <summary>Whether a caller proved who it is by a bearer token, which a page of another site does not have.</summary>
    public static bool CameByToken(HttpContext context) =>
        UserOf(context)?.Identity?.AuthenticationType is AccessSetup.Token or AccessSetup.Jwt;

    /// <summary>Gives callers of a loopback listener who show no credentials the name that they have in audit events.</summary>
    public static void NameLoopback(HttpContext context, AccessRules rules)
    {
        if (UserOf(context) is null && context.Request.Headers.Authorization.Count == 0
            && RoleOnLoopback(context, rules) is var role and > Role.Anonymous)
        {
            context.User = role == Role.Operator ? LoopbackOperator : LoopbackViewer;
        }
    }

    /// <summary>
    /// What callers of a loopback listener are who show no credentials: something only if they name a loopback host, which a page of
    /// another site that uses DNS rebinding does not, and if no proxy says that it asks for somebody else.
    /// </summary>
    private static Role RoleOnLoopback(HttpContext context, AccessRules rules) =>
        rules.Loopback > Role.Anonymous && BoundListener.Of(context) is { IsLoopback: true }
        && context.Features.Get<RefusedCredential>() is null
        && HostNames.IsLoopback(context.Request.Host) && ForwardedClient.IsOfThisMachine(context)
            ? rules.Loopback
            : Role.Anonymous;

    // The property of the context would make a user where there is none.
    private static ClaimsPrincipal? UserOf(HttpContext context) => context.Features.Get<IHttpAuthenticationFeature>()?.User;
}
