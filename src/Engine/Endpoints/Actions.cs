using System.Globalization;

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
            if (options.AllowActions(context))
            {
                return audit.WatchAsync(action, context, handle);
            }

            audit.Refuse(action, context);
            return DetailsRequired.RefuseAsync(context, options.ActionsNeed);
        });
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

        return Problems.Of(status, detail).SendAsync(context);
    }
}
