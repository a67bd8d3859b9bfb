using HealthAgent.Agent.OpenApi;
using HealthAgent.Agent.Probing;
using HealthAgent.Endpoints;
using HealthAgent.State;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// The program's own pipeline around the endpoints of the library: which hosts are served, and errors as <c>application/problem+json</c>.
/// </summary>
internal static class Surfaces
{
    /// <summary>Maps every route.</summary>
    public static void MapSurfaces(this WebApplication agent)
    {
        agent.Use(Connections.NoteUse);

        // Before the routing, which answers some routes by itself.
        var store = agent.Services.GetRequiredService<StateStore>();
        agent.Use((context, next) => LoopbackTrust.Serves(context, store.Current.Plan.Hosts) ? next(context) : RefuseHostAsync(context));
        agent.UseRouting();
        agent.Use((context, next) =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return next(context);
        });
        agent.UseExceptionHandler();
        agent.UseStatusCodePages(static pages =>
            Results.Problem(statusCode: pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));

        // They need nothing of what handles errors, which costs a tenth of a request.
        var options = new HealthAgentEndpointOptions();
        var endpoints = agent.MapHealthAgent(given => LoopbackTrust.Apply(options = given));
        endpoints.Probes.ShortCircuit();
        endpoints.Summaries.ShortCircuit();
        endpoints.Add(OpenApiRoute.Describe);
        agent.MapMetrics().Add(OpenApiRoute.Describe);
        agent.MapProbe(context => options.ShowDetails(context)).Add(OpenApiRoute.Describe);
        agent.MapOpenApiDocument().Add(OpenApiRoute.Describe);
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
