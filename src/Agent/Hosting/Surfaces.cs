using HealthAgent.Agent.Access;
using HealthAgent.Agent.Grpc;
using HealthAgent.Agent.OpenApi;
using HealthAgent.Agent.Probing;
using HealthAgent.Endpoints;
using HealthAgent.State;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// The program's own pipeline around the endpoints of the library: who is served, and errors as <c>application/problem+json</c>.
/// </summary>
internal static class Surfaces
{
    // Kept by ASP.NET Core, which adds its authentication to every request where this is not set: it costs those without credentials, too.
    private const string HasAuthentication = "__AuthenticationMiddlewareSet";

    /// <summary>Maps every route.</summary>
    public static void MapSurfaces(this WebApplication agent)
    {
        ((IApplicationBuilder)agent).Properties[HasAuthentication] = true;
        agent.Use(Connections.NoteUse);

        // Before the routing, which answers some routes by itself.
        var (store, access) = (agent.Services.GetRequiredService<StateStore>(), agent.Services.GetRequiredService<AccessPipeline>());
        agent.Use(access.EnterAsync);
        agent.Use((context, next) =>
            ServedHosts.Serve(context, store.Current.Plan.Hosts) ? next(context) : ServedHosts.RefuseAsync(context));
        agent.UseRouting();
        agent.Use(access.PassAsync);
        agent.Use((context, next) =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return next(context);
        });
        agent.UseExceptionHandler();
        agent.UseStatusCodePages(static pages =>
            Problems.Of(pages.HttpContext.Response.StatusCode, detail: null).SendAsync(pages.HttpContext));

        var given = new HealthAgentEndpointOptions();
        var endpoints = agent.MapHealthAgent(options => Permissions.Apply(given = options, store));
        endpoints.Probes.On(Surface.Probes).WithMetadata(new Direct());
        endpoints.Summaries.On(Surface.Health).WithMetadata(new Direct());
        endpoints.Details.On(Surface.Health);
        endpoints.Events.On(Surface.Api);
        endpoints.Actions.On(Surface.Actions);
        endpoints.Add(OpenApiRoute.Describe);
        agent.MapGrpcHealth(given).On(Surface.Probes);
        agent.MapMetrics().On(Surface.Metrics).Add(OpenApiRoute.Describe);
        agent.MapProbe(given).On(Surface.Metrics).Add(OpenApiRoute.Describe);
        agent.MapOpenApiDocument().On(Surface.Api).Add(OpenApiRoute.Describe);
    }

    /// <summary>Says what routes are part of: which listeners serve them, and which callers get them.</summary>
    public static IEndpointConventionBuilder On(this IEndpointConventionBuilder routes, Surface surface) =>
        routes.WithMetadata(new ServedOn(surface));
}
