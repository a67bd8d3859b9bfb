using HealthAgent.State;

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
        : Problems.Of(StatusCodes.Status404NotFound, detail: null).SendAsync(context);

    /// <summary>Sends the answer to a key in the form that the caller accepts; 406 when it accepts none of those offered.</summary>
    public static Task SendAsync(
        this HttpContext context, Form[] offered, AnswerKey key, Answers answers, Func<Snapshot, AnswerKey, Answer?> render) =>
        Forms.Choose(context.Request.Headers.Accept, offered) is { } form
            ? context.SendAsync(answers.For(key with { Form = form }, render))
            : Problems.NotAcceptable.SendAsync(context);

    /// <summary>The name in the route.</summary>
    public static string RouteName(this HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
