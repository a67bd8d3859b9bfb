using HealthAgent.Operations;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// What operators say of checks: <c>/health/checks/{name}/acknowledge</c>, <c>/maintenance</c> and <c>/silences</c>. It is state like
/// outcomes are: folded by the loop, and in the next snapshot when it is answered.
/// </summary>
internal sealed class Operating(Worker worker, StateStore store, OperationsFile file, AgentClock clock)
{
    private const string Json = "application/json";
    private const string Somebody = "operator";

    /// <summary>Maps the actions.</summary>
    public void MapActions(IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        const string Acknowledge = "/health/checks/{name}/acknowledge";
        routes.MapAction("acknowledge", HttpMethods.Post, Acknowledge, options, AcknowledgeAsync);
        routes.MapAction("unacknowledge", HttpMethods.Delete, Acknowledge, options, UnacknowledgeAsync);
        foreach (var (path, kind) in Kinds)
        {
            var name = RunRecordJson.Spelling(kind);
            routes.MapAction($"{name}_add", HttpMethods.Post, path, options, context => AddAsync(context, kind, path));
            routes.MapAction($"{name}_remove", HttpMethods.Delete, path + "/{id}", options, context => RemoveAsync(context, kind));
        }
    }

    /// <summary>Maps what shows the windows.</summary>
    public void MapDetails(IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        foreach (var (path, kind) in Kinds)
        {
            routes.MapReading(
                path, options.RequireDetails(context => WindowsJson.List(store.Current, kind, clock.Now.At).SendAsync(context)));
        }
    }

    private static IEnumerable<(string Path, WindowKind Kind)> Kinds =>
        [("/maintenance", WindowKind.Maintenance), ("/silences", WindowKind.Silence)];

    private async Task AcknowledgeAsync(HttpContext context)
    {
        if (await context.ReadJsonAsync(WrittenJson.Default.WrittenAcknowledgement) is not { } written)
        {
            return;
        }

        var (name, now) = (context.RouteName(), clock.Now.At);
        var times = new WrittenTimes(now);
        if (WrittenWindows.ToAcknowledgement(written, times, By(context), now) is not { } acknowledgement)
        {
            await context.RefuseAsync(times.Errors);
            return;
        }

        var answer = await worker.OperateAsync(scheduler => scheduler.Acknowledge(name, acknowledgement));
        if (answer != OperationAnswer.Done)
        {
            await RefuseAsync(context, answer);
            return;
        }

        var warning = await file.WarnAsync();
        await new Answer(StatusCodes.Status200OK, Json, HealthJson.Object(json =>
        {
            json.WriteString("name", name);
            json.WriteOptional("status", store.Current.Find(name)?.Status.Name());
            json.WriteAcknowledgement(acknowledgement);
            json.WriteOptional("warning", warning);
        })).SendAsync(context);
    }

    private async Task UnacknowledgeAsync(HttpContext context)
    {
        var name = context.RouteName();
        await EndAsync(context, await worker.OperateAsync(scheduler => scheduler.Acknowledge(name, acknowledgement: null)));
    }

    private async Task AddAsync(HttpContext context, WindowKind kind, string path)
    {
        if (await context.ReadJsonAsync(WrittenJson.Default.WrittenWindow) is not { } written)
        {
            return;
        }

        var now = clock.Now.At;
        var times = new WrittenTimes(now);
        if (WrittenWindows.ToWindow(written, kind, store.Current.Plan, times, By(context), now) is not { } window)
        {
            await context.RefuseAsync(times.Errors);
            return;
        }

        context.Features.Set(new ActionSubject(window.Id));
        var answer = await worker.OperateAsync(scheduler => scheduler.AddWindow(window));
        if (answer != OperationAnswer.Done)
        {
            await RefuseAsync(context, answer);
            return;
        }

        var warning = await file.WarnAsync();
        context.Response.Headers.Location = $"{context.Request.PathBase}{path}/{window.Id}";
        await new Answer(StatusCodes.Status201Created, Json, HealthJson.Object(json =>
        {
            WindowsJson.Write(json, window, now);
            json.WriteOptional("warning", warning);
        })).SendAsync(context);
    }

    private async Task RemoveAsync(HttpContext context, WindowKind kind)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        await EndAsync(context, await worker.OperateAsync(scheduler => scheduler.RemoveWindow(kind, id)));
    }

    private static Task EndAsync(HttpContext context, OperationAnswer answer)
    {
        if (answer != OperationAnswer.Done)
        {
            return RefuseAsync(context, answer);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, OperationAnswer answer)
    {
        var (status, detail) = answer switch
        {
            OperationAnswer.UnknownCheck => (StatusCodes.Status404NotFound, "there is no check of this name"),
            OperationAnswer.NotFound => (StatusCodes.Status404NotFound, "there is none; it may have ended by itself"),
            OperationAnswer.NothingWrong => (
                StatusCodes.Status409Conflict,
                "the check is neither unhealthy nor degraded; one that is not run has a cause to acknowledge"),
            OperationAnswer.TooMany => (StatusCodes.Status409Conflict, $"there are {Scheduler.MostWindows} of them; remove some first"),
            _ => (StatusCodes.Status503ServiceUnavailable, "the agent is stopping"),
        };
        return context.RefuseAsync(status, detail);
    }

    private static string By(HttpContext context) =>
        context.User.Identity?.Name is { Length: > 0 } name ? PlainText.ShortLine(name, 100) : Somebody;
}
