using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// <c>PUT /heartbeats/{name}</c>, or <c>POST</c>: jobs report that they ran. By the check's own token, or by an operator; to all others a
/// name that exists and one that does not are answered alike.
/// </summary>
internal static class Heartbeats
{
    private const string Action = "heartbeat";
    private const string Need = "send the check's own token as Authorization: Bearer, or be an operator";
    private static readonly string[] Methods = [HttpMethods.Put, HttpMethods.Post];
    private static readonly string[] Parameters = ["status", "message", "durationMs"];

    /// <summary>Maps the route.</summary>
    public static IEndpointConventionBuilder MapHeartbeats(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var (worker, store, audit) = (
            routes.ServiceProvider.GetRequiredService<Worker>(), routes.ServiceProvider.GetRequiredService<StateStore>(),
            routes.ServiceProvider.GetRequiredService<ActionAudit>());
        return routes.MapMethods("/heartbeats/{name}", Methods, context =>
        {
            context.Response.Headers.CacheControl = Answer.NeverStored;
            return May(context, store.Current, options) ? TakeAsync(context, worker) : RefuseAsync(context, audit);
        }).WithMetadata(OwnCredentials.Mark);
    }

    private static bool May(HttpContext context, Snapshot current, HealthAgentEndpointOptions options) =>
        HeartbeatRules.Accept(current.Find(context.RouteName())?.Plan.Heartbeat, BearerToken.Of(context.Request) ?? "")
        || options.AllowActions(context);

    private static async Task RefuseAsync(HttpContext context, ActionAudit audit)
    {
        audit.Refuse(Action, context);
        var proved = context.User.Identity is { IsAuthenticated: true };
        if (!proved)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var status = proved ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        await Problems.Of(status, Need).SendAsync(context);
    }

    private static async Task TakeAsync(HttpContext context, Worker worker)
    {
        if (Read(context.Request.Query, out var error) is not { } beat)
        {
            await Problems.Of(StatusCodes.Status400BadRequest, error).SendAsync(context);
            return;
        }

        var receipt = await worker.BeatAsync(context.RouteName(), beat);
        var (status, detail) = receipt.Answer switch
        {
            HeartbeatAnswer.Done => (StatusCodes.Status200OK, ""),
            HeartbeatAnswer.UnknownCheck => (StatusCodes.Status404NotFound, "there is no check of this name"),
            HeartbeatAnswer.OtherKind => (StatusCodes.Status409Conflict, "the check is of another kind: the agent runs it by itself"),
            HeartbeatAnswer.TooOften => (StatusCodes.Status429TooManyRequests, "too many heartbeats of this check"),
            _ => (StatusCodes.Status503ServiceUnavailable, "the agent is stopping"),
        };
        if (status != StatusCodes.Status200OK)
        {
            await context.RefuseAsync(status, detail, receipt.RetryAfter);
            return;
        }

        await new Answer(status, "application/json", HealthJson.Object(json =>
        {
            json.WriteString("recorded", beat.Result?.Name() ?? "start");
            json.WriteTime("expectedBefore", receipt.ExpectedBefore);
        })).SendAsync(context);
    }

    /// <summary>What a request says. One that is misspelt must not pass for a success.</summary>
    private static Heartbeat? Read(IQueryCollection query, out string? error)
    {
        error = query.Keys.FirstOrDefault(static key => !Parameters.Contains(key, StringComparer.Ordinal)) is { } unknown
            ? $"there is no parameter '{PlainText.ShortLine(unknown, 100)}'{Suggestion.For(unknown, Parameters)}"
            : query.FirstOrDefault(static pair => pair.Value.Count > 1).Key is { } repeated
                ? $"'{repeated}' is written more than once"
                : null;
        var (status, duration) = (query["status"].ToString(), query["durationMs"].ToString());
        if (error is null && status is not ("" or "pass" or "warn" or "fail" or "start"))
        {
            error = "status is pass, warn, fail or start";
        }

        TimeSpan? took = null;
        if (error is null && duration.Length > 0)
        {
            if (double.TryParse(duration, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= Units.Longest.TotalMilliseconds)
            {
                took = TimeSpan.FromMilliseconds(milliseconds);
            }
            else
            {
                error = "durationMs is a number of milliseconds, such as 1500";
            }
        }

        return error is not null ? null : new Heartbeat(
            status switch
            {
                "start" => null,
                "warn" => Result.Warn,
                "fail" => Result.Fail,
                _ => Result.Pass,
            },
            query["message"].ToString(),
            took);
    }
}
