using System.Globalization;
using HealthAgent.Endpoints;
using HealthAgent.Security;
using Microsoft.Net.Http.Headers;

namespace HealthAgent.Agent.Access;

/// <summary>A credential that was not accepted.</summary>
/// <param name="What">What it is, in a few words of ours: nothing of it is repeated.</param>
/// <param name="IsUnjudged">Whether nobody could judge it, since the keys of the issuer are unavailable.</param>
internal sealed record RefusedCredential(string What, bool IsUnjudged);

/// <summary>The answers to those who are refused, as <c>application/problem+json</c>.</summary>
internal static class Refusals
{
    /// <summary>How callers prove who they are.</summary>
    public const string Challenge = "Bearer realm=\"health-agent\"";

    /// <summary>The caller has to prove who it is.</summary>
    /// <remarks>Rule: RFC 6750, 3.</remarks>
    public static Task UnauthorizedAsync(HttpContext context)
    {
        if (context.Features.Get<RefusedCredential>() is not { } refused)
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            return ProblemAsync(
                context, StatusCodes.Status401Unauthorized,
                "credentials are needed: send 'Authorization: Bearer TOKEN', see access in agent.yaml");
        }

        if (refused.IsUnjudged)
        {
            context.Response.Headers.RetryAfter = Seconds(IssuerKeys.PauseAfterFailure);
            return ProblemAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                "the token cannot be verified now: the keys of its issuer are unavailable");
        }

        context.Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"invalid_token\"";
        return ProblemAsync(context, StatusCodes.Status401Unauthorized, $"not accepted: {refused.What}");
    }

    /// <summary>The caller is known, and may not.</summary>
    public static Task ForbiddenAsync(HttpContext context) =>
        ProblemAsync(context, StatusCodes.Status403Forbidden, "the role of this caller does not allow it");

    /// <summary>The caller's address is not served.</summary>
    public static Task AddressAsync(HttpContext context) => ProblemAsync(
        context, StatusCodes.Status403Forbidden,
        context.Connection.RemoteIpAddress is { } address
            ? $"callers from {AddressList.Unmapped(address)} are not served; add the address to access.allowFrom in agent.yaml"
            : "the address of this caller is unknown, and access.allowFrom in agent.yaml serves only known ones");

    /// <summary>Too many credentials of this address were wrong.</summary>
    /// <remarks>Rule: RFC 6585, 4.</remarks>
    public static Task TooManyAsync(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = Seconds(wait);
        return ProblemAsync(
            context, StatusCodes.Status429TooManyRequests,
            "too many wrong credentials from this address; credentials from it are not looked at for a while");
    }

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static Task ProblemAsync(HttpContext context, int status, string detail)
    {
        context.Response.Headers.CacheControl = Answer.NeverStored;
        return Problems.Of(status, detail).SendAsync(context);
    }
}
