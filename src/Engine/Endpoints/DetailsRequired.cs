using Microsoft.AspNetCore.Authentication;

namespace HealthAgent.Endpoints;

/// <summary>
/// Guards what has names of the configuration: a caller who may not see details is refused before anything is looked up, so that a name
/// that exists and one that does not are answered alike, in bytes, headers and time.
/// </summary>
internal static class DetailsRequired
{
    private const string Detail = "details of checks are not shown to this caller";

    /// <summary>Handles requests of callers who see details; others are answered with 401, or 403 if authenticated.</summary>
    public static RequestDelegate RequireDetails(this HealthAgentEndpointOptions options, RequestDelegate handle) =>
        context => options.ShowDetails(context) ? handle(context) : RefuseAsync(context, options);

    private static async Task RefuseAsync(HttpContext context, HealthAgentEndpointOptions options)
    {
        var detail = options.WhyNoDetails() ?? Detail;
        if (context.User.Identity is { IsAuthenticated: true } || !await HasSchemeAsync(context.RequestServices))
        {
            await Problems.Of(StatusCodes.Status403Forbidden, detail).SendAsync(context);
            return;
        }

        // The scheme says how to authenticate; one with a page for that redirects there, and one with words of its own has answered.
        await context.ChallengeAsync();
        if (context.Response is { StatusCode: StatusCodes.Status401Unauthorized, HasStarted: false, ContentType: null })
        {
            await Problems.Of(StatusCodes.Status401Unauthorized, detail).SendAsync(context);
        }
    }

    private static async Task<bool> HasSchemeAsync(IServiceProvider services) =>
        services.GetService<IAuthenticationSchemeProvider>() is { } schemes && await schemes.GetDefaultChallengeSchemeAsync() is not null;
}
