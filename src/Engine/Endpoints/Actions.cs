using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace HealthAgent.Endpoints;

/// <summary>
/// What callers who may act can do. All of it is mapped here: who may, what is noted of it, and that nothing of it is stored are the same
/// for every action.
/// </summary>
internal static class Actions
{
    /// <summary>Maps an action of operators.</summary>
    /// <param name="routes">Where.</param>
    /// <param name="action">Its name in the audit event.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The path; a <c>{name}</c> or <c>{id}</c> in it is what it is done to.</param>
    /// <param name="options">Who may.</param>
    /// <param name="handle">Does it and answers. What it throws is noted as a failure.</param>
    public static IEndpointConventionBuilder MapAction(
        this IEndpointRouteBuilder routes, string action, string method, string pattern, HealthAgentEndpointOptions options,
        RequestDelegate handle)
    {
        var audit = routes.ServiceProvider.GetRequiredService<ActionAudit>();
        return routes.MapMethods(pattern, [method], context =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return options.AllowActions(context)
                ? audit.WatchAsync(action, context, handle)
                : RefuseAsync(action, context, options.ActionsNeed, audit);
        });
    }

    /// <summary>Refuses a caller: 403 to one who proved who he is, and else 401 where there is a way to do so.</summary>
    public static async Task RefuseAsync(string action, HttpContext context, string reason, ActionAudit audit)
    {
        var (proved, status) = (context.User.Identity is { IsAuthenticated: true }, StatusCodes.Status403Forbidden);
        if (!proved && await HasSchemeAsync(context.RequestServices))
        {
            // The scheme says how to authenticate; one with a page for that redirects there, and has answered.
            await context.ChallengeAsync();
            status = context.Response.StatusCode;
        }

        audit.Refuse(action, context);
        if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden && !context.Response.HasStarted)
        {
            await Results.Problem(reason, statusCode: status).ExecuteAsync(context);
        }
    }

    /// <summary>Answers that an action was not done.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="detail">Why not.</param>
    /// <param name="retryAfter">When it may be asked for again; zero where that would not help.</param>
    public static Task RefuseAsync(this HttpContext context, int status, string detail, TimeSpan retryAfter = default)
    {
        if (retryAfter > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Results.Problem(detail, statusCode: status).ExecuteAsync(context);
    }

    private static async Task<bool> HasSchemeAsync(IServiceProvider services) =>
        services.GetService<IAuthenticationSchemeProvider>() is { } schemes && await schemes.GetDefaultChallengeSchemeAsync() is not null;
}
