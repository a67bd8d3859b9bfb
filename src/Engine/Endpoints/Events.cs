using Microsoft.Net.Http.Headers;

namespace HealthAgent.Endpoints;

/// <summary><c>GET /events</c>: what happens, as server-sent events.</summary>
/// <remarks>Rule: HTML, 9.2, Server-sent events.</remarks>
internal static class Events
{
    /// <summary>The content type of a stream.</summary>
    public const string ContentType = "text/event-stream";

    /// <summary>The event that begins a stream where nobody knows what its reader missed: all states.</summary>
    public const string Reset = "reset";

    /// <summary>The event that ends a stream, with the reason.</summary>
    public const string End = "end";

    private const string Route = "/events";

    /// <summary>Maps the route.</summary>
    public static void MapEvents(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var streams = routes.ServiceProvider.GetRequiredService<EventStreams>();
        routes.MapReading(Route, options.RequireDetails(context => ServeAsync(context, options, streams)));
    }

    private static async Task ServeAsync(HttpContext context, HealthAgentEndpointOptions options, EventStreams streams)
    {
        if (!IsAccepted(context.Request))
        {
            await Problems.Of(StatusCodes.Status406NotAcceptable, $"this is {ContentType} only").SendAsync(context);
            return;
        }

        if (!EventFilter.TryRead(context.Request.Query, out var filter, out var error))
        {
            await Problems.Of(StatusCodes.Status400BadRequest, error).SendAsync(context);
            return;
        }

        using var place = streams.Enter(context, out var full);
        if (place is null)
        {
            context.Response.Headers.RetryAfter = EventStreams.RetryAfter;
            await Problems.Of(full.StatusCode, full.Detail).SendAsync(context);
            return;
        }

        Begin(context.Response);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await streams.ServeAsync(context, options, filter);
        }
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = ContentType;

        // A proxy that collects an answer before it passes it on would pass on none.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Whether the caller takes a stream: the most precise range that it names decides.</summary>
    /// <remarks>Rule: RFC 9110, 12.5.1, Accept.</remarks>
    private static bool IsAccepted(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept!, out var ranges))
        {
            return true;
        }

        var mine = ranges.Where(static range => range.MatchesMediaType(ContentType))
            .MaxBy(static range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return mine is not null && mine.Quality != 0;
    }
}
