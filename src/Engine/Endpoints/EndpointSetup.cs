using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>All surfaces over HTTP.</summary>
internal static class EndpointSetup
{
    /// <summary>Registers what the surfaces need.</summary>
    public static void AddEndpoints(this IServiceCollection services)
    {
        services.AddSingleton<Answers>();
        services.AddSingleton<Transfers>();
        services.AddProblemDetails();
    }

    /// <summary>Maps every route. Errors are answered as <c>application/problem+json</c>.</summary>
    public static void MapSurfaces(this WebApplication agent)
    {
        agent.Use(Connections.NoteUse);

        // Before the routing, which answers some routes by itself.
        var store = agent.Services.GetRequiredService<StateStore>();
        agent.Use((context, next) => Access.Serves(context, store.Current.Plan.Hosts) ? next(context) : RefuseHostAsync(context));
        agent.UseRouting();
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
        agent.MapReload();
    }

    /// <summary>The agent does not answer for this host.</summary>
    /// <remarks>Rule: RFC 9110, 15.5.20, 421 Misdirected Request.</remarks>
    private static Task RefuseHostAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = Answer.NeverStored;
        var detail = context.Request.Host.HasValue
            ? $"the host '{context.Request.Host.Value}' is not served here; use localhost, or add the name to agent.hosts in agent.yaml"
            : "the request has no Host; send one, such as Host: localhost";
        return Results.Problem(detail, statusCode: StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
    }
}
