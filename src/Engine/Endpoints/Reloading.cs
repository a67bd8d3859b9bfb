using HealthAgent.Planning;
using HealthAgent.Reload;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary><c>POST /reload</c>: reads the configuration again, and answers with what that changed or what is wrong with it.</summary>
internal static class Reloading
{
    /// <summary>Maps the route, where there is something to read again.</summary>
    public static void MapReload(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        if (routes.ServiceProvider.GetService<Reloader>() is not { } reloader)
        {
            return;
        }

        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        var store = routes.ServiceProvider.GetRequiredService<StateStore>();
        routes.MapAction("reload", HttpMethods.Post, "/reload", options, context => ReloadAsync(context, reloader, store, readiness));
    }

    private static async Task ReloadAsync(HttpContext context, Reloader reloader, StateStore store, Readiness readiness)
    {
        try
        {
            var (change, errors) = await reloader.ReloadAsync(context.RequestAborted);
            await (change is not null ? Taken(store.Current.Plan.Source, change) : Rejected(errors)).SendAsync(context);
        }
        catch (InvalidOperationException) when (readiness.IsWithdrawn)
        {
            await Problems.Of(StatusCodes.Status503ServiceUnavailable, "the agent is stopping").SendAsync(context);
        }
    }

    private static Answer Taken(string source, PlanChange change) =>
        new(StatusCodes.Status200OK, "application/json", HealthJson.Object(json =>
        {
            json.WriteString("configuration", source);
            json.WriteTexts("added", change.Added);
            json.WriteTexts("changed", change.Changed);
            json.WriteTexts("removed", change.Removed);
            json.WriteNumber("unchanged", change.Unchanged);
            json.WriteTexts("settings", change.Settings);
            json.WriteTexts("needRestart", change.NeedRestart);
        }));

    private static Answer Rejected(IReadOnlyList<string> errors) =>
        new(StatusCodes.Status422UnprocessableEntity, "application/problem+json", HealthJson.Object(json =>
        {
            json.WriteString("title", "The configuration is not valid");
            json.WriteNumber("status", StatusCodes.Status422UnprocessableEntity);
            json.WriteString("detail", "Keeping the previous configuration.");
            json.WriteTexts("errors", errors);
        }));
}
