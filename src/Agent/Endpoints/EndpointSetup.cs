namespace HealthAgent.Endpoints;

/// <summary>All surfaces over HTTP.</summary>
internal static class EndpointSetup
{
    /// <summary>Registers what the surfaces need.</summary>
    public static void AddEndpoints(this IServiceCollection services)
    {
        services.AddSingleton<Answers>();
        services.AddProblemDetails();
    }

    /// <summary>Maps every route. Errors are answered as <c>application/problem+json</c>.</summary>
    public static void MapSurfaces(this WebApplication agent)
    {
        agent.Use((context, next) =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return next(context);
        });
        agent.UseExceptionHandler();
        agent.UseStatusCodePages(static pages =>
            Results.Problem(statusCode: pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));
        agent.MapProbes();
        agent.MapHealth();
        agent.MapDetails();
        agent.MapMetrics();
        agent.MapReload();
    }
}
