namespace HealthAgent.Endpoints;

/// <summary>What all routes have in common.</summary>
internal static class EndpointRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps a route that only reads: GET and HEAD; the routing refuses all else with 405.</summary>
    public static IEndpointConventionBuilder MapReading(this IEndpointRouteBuilder routes, string pattern, RequestDelegate handle) =>
        routes.MapMethods(pattern, Reading, context =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return handle(context);
        });

    /// <summary>Sends an answer, or 404 when there is none.</summary>
    public static Task SendAsync(this HttpContext context, Answer? answer) => answer is not null
        ? answer.SendAsync(context)
        : Results.Problem(statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);

    /// <summary>The name in the route.</summary>
    public static string RouteName(this HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
