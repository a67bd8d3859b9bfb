using HealthAgent.Configuration;
using HealthAgent.Endpoints;
using HealthAgent.Security;
using HealthAgent.State;
using Microsoft.AspNetCore.Authentication;

namespace HealthAgent.Agent.Access;

/// <summary>Marks what an endpoint is part of.</summary>
internal sealed record ServedOn(Surface Surface)
{
    /// <summary>What an endpoint is part of; none for one that no route has, such as the answer to a wrong method.</summary>
    public static Surface Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ServedOn>()?.Surface ?? Surface.None;
}

/// <summary>What each request passes: its address, its credentials, and the door of what it asks for.</summary>
internal sealed class AccessPipeline(StateStore store, FailedAttempts attempts, AccessLog log)
{
    /// <summary>Before the routing: where the request comes from, and who sends it.</summary>
    public Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        var rules = store.Current.Plan.Access;
        ForwardedClient.Resolve(context, rules);
        if (rules.AllowFrom.Count > 0 && (context.Connection.RemoteIpAddress is not { } address || !rules.AllowFrom.Contains(address)))
        {
            return Refusals.AddressAsync(context);
        }

        return context.Request.Headers.Authorization.Count > 0 || SendsCertificate(context, rules)
            ? WithCredentialAsync(context, rules, next)
            : next(context);
    }

    /// <summary>After the routing, which knows what the listener serves: whether the caller gets it.</summary>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var (endpoint, rules) = (context.GetEndpoint(), store.Current.Plan.Access);
        if (context.Features.Get<RefusedCredential>() is not null && endpoint?.Metadata.GetMetadata<OwnCredentials>() is null)
        {
            return Refusals.UnauthorizedAsync(context);
        }

        var surface = endpoint is null ? Surface.None : ServedOn.Of(endpoint);
        if (surface is Surface.Actions or Surface.Api)
        {
            Callers.NameLoopback(context, rules);
        }

        // Whether a caller may act is asked by the action itself.
        if (surface is not (Surface.None or Surface.Actions) && !rules.Anonymous.HasFlag(surface)
            && Callers.RoleOf(context, rules) < Role.Viewer)
        {
            return Callers.IsKnown(context) ? Refusals.ForbiddenAsync(context) : Refusals.UnauthorizedAsync(context);
        }

        // These need nothing of what handles errors, which costs a tenth of a request.
        return endpoint?.Metadata.GetMetadata<Direct>() is not null ? endpoint.RequestDelegate!(context) : next(context);
    }

    private static bool SendsCertificate(HttpContext context, AccessRules rules) =>
        rules.Certificates.Count > 0 && context.Features.Get<SentCertificate>() is not null;

    private async Task WithCredentialAsync(HttpContext context, AccessRules rules, RequestDelegate next)
    {
        // Events name the caller as people write the address.
        var address = context.Connection.RemoteIpAddress is { } given ? AddressList.Unmapped(given) : null;
        context.Connection.RemoteIpAddress = address;
        if (attempts.WaitOf(address) is { } wait)
        {
            await Refusals.TooManyAsync(context, wait);
            return;
        }

        var refused = await AuthenticateAsync(context, rules);
        if (refused is not null)
        {
            context.Features.Set(refused);
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            log.Refused(address, refused?.What ?? "a credential that nothing here accepts", attempts.Note(address));
        }
    }

    /// <summary>Lets the schemes judge; what was refused. Nobody judges a token where none is written that could be right.</summary>
    private static async Task<RefusedCredential?> AuthenticateAsync(HttpContext context, AccessRules rules)
    {
        var isHeader = context.Request.Headers.Authorization.Count > 0;
        if (isHeader && rules.Tokens.Count == 0 && rules.Jwt is null)
        {
            return null;
        }

        var result = await context.AuthenticateAsync(isHeader ? AccessSetup.Token : AccessSetup.Certificate);
        if (isHeader && !result.Succeeded && rules.Jwt is not null && BearerToken.Of(context.Request) is { } token && IsJwt(token))
        {
            result = await context.AuthenticateAsync(AccessSetup.Jwt);
        }

        if (result.Succeeded)
        {
            context.User = result.Principal;
            return null;
        }

        return new RefusedCredential(JwtFailures.Describe(result.Failure), result.Failure is IssuerUnavailableException);
    }

    // Three parts, the last of which is empty where it is not signed.
    private static bool IsJwt(string token) => token.AsSpan().Count('.') == 2;
}

/// <summary>Marks an endpoint that is called right after the routing.</summary>
internal sealed record Direct;
