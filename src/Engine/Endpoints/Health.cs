using System.Globalization;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary><c>/health</c>, and <c>/api/v1/health</c> in the shape of Dagu's.</summary>
internal static class Health
{
    private const int LongestShown = 100;

    /// <summary>Maps the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        var documents = routes.ServiceProvider.GetRequiredService<HealthDocuments>();
        routes.MapReading("/health", context => ModeOf(context.Request) is { } mode
            ? context.SendAsync(
                Forms.OfHealth, new AnswerKey(HealthDocuments.Whole, mode, options.ShowDetails(context)) { Endpoints = options },
                answers, documents.OfRollUp)
            : RefuseMode(context));
        routes.MapReading("/api/v1/health", context =>
            context.SendAsync(answers.For(new AnswerKey("dagu", RollUpPlan.Light, Details: false) { Form = Form.Json }, Dagu)));
    }

    /// <summary>The mode asked for, as the name of its roll-up; null when there is none of the name.</summary>
    public static string? ModeOf(HttpRequest request) => request.QueryString.Value switch
    {
        null or "" => RollUpPlan.Light,
        // What is parsed is allocated.
        "?mode=light" => RollUpPlan.Light,
        "?mode=full" => RollUpPlan.Full,
        _ => request.Query["mode"].ToString() switch
        {
            "" or RollUpPlan.Light => RollUpPlan.Light,
            RollUpPlan.Full => RollUpPlan.Full,
            _ => null,
        },
    };

    private static Task RefuseMode(HttpContext context)
    {
        var mode = PlainText.ShortLine(context.Request.Query["mode"].ToString(), LongestShown);
        return Problems.Of(StatusCodes.Status400BadRequest, $"mode is light or full, not '{mode}'").SendAsync(context);
    }

    /// <summary>Dagu's shape, whose words are healthy and unhealthy, but true.</summary>
    private static Answer Dagu(Snapshot snapshot, AnswerKey key)
    {
        var isUp = snapshot.FindRollUp(key.Name)!.Status.IsUp();
        return new Answer(Answer.CodeOf(isUp), key.Form.ContentType(), HealthJson.Object(json =>
        {
            json.WriteString("status", isUp ? "healthy" : "unhealthy");
            json.WriteString("version", AgentVersion.Version);
            json.WriteNumber("uptime", HealthDocuments.Uptime(snapshot));
            json.WriteString("timestamp", snapshot.TakenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }));
    }
}
