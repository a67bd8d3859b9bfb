using System.Globalization;
using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary><c>/health</c> in the form of <c>application/health+json</c>, and <c>/api/v1/health</c> in Dagu's.</summary>
/// <remarks>Rule: draft-inadarei-api-health-check, "Health Check Response Format for HTTP APIs".</remarks>
internal static class Health
{
    private const string HealthJsonType = "application/health+json";

    /// <summary>Maps the routes.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        routes.MapReading("/health", context => Whole(context, answers, options));
        routes.MapReading(
            "/api/v1/health", context => context.SendAsync(answers.For(new AnswerKey("dagu", RollUpPlan.Light, Details: false), Dagu)));
    }

    private static Task Whole(HttpContext context, Answers answers, HealthAgentEndpointOptions options)
    {
        var mode = context.Request.QueryString.HasValue ? context.Request.Query["mode"].ToString() : "";
        if (mode is not ("" or RollUpPlan.Light or RollUpPlan.Full))
        {
            return Results
                .Problem($"mode is light or full, not '{mode}'", statusCode: StatusCodes.Status400BadRequest)
                .ExecuteAsync(context);
        }

        return context.SendAsync(
            answers.For(new AnswerKey("health", mode is "" ? RollUpPlan.Light : mode, options.ShowDetails(context)), Render));
    }

    private static Answer Render(Snapshot snapshot, AnswerKey key)
    {
        var rollUp = snapshot.FindRollUp(key.Name)!;
        var body = HealthJson.Object(json =>
        {
            json.WriteString("status", rollUp.Status.HealthWord());
            json.WriteString("version", AgentVersion.Version);
            json.WriteString("releaseId", AgentVersion.Release);
            json.WriteString("serviceId", "health-agent");
            json.WriteString("description", Describe(rollUp));
            json.WriteNumber("uptime", Uptime(snapshot));
            json.WriteTime("timestamp", snapshot.TakenAt);
            json.WriteString("mode", key.Name);
            json.WriteCounts(rollUp.Counts);
            if (key.Details)
            {
                WriteChecks(json, snapshot, rollUp);
            }
        });
        return new Answer(Answer.CodeOf(rollUp.Status.IsUp()), HealthJsonType, body);
    }

    private static void WriteChecks(Utf8JsonWriter json, Snapshot snapshot, RollUp rollUp)
    {
        json.WriteStartObject("checks");
        foreach (var state in rollUp.Members.Select(member => snapshot.Checks[member]))
        {
            json.WriteStartArray(state.Plan.Name);
            json.WriteStartObject();
            json.WriteString("componentId", state.Plan.Name);
            json.WriteString("componentType", state.Plan.Kind.Name);
            json.WriteString("tier", state.Plan.Tier.Name());
            json.WriteString("impact", state.Plan.Impact.Name());
            json.WriteString("status", state.Status.HealthWord());
            json.WriteString("state", state.Status.Name());
            json.WriteTime("since", state.Since);
            json.WriteOptional("maintenance", state.Maintenance);
            json.WriteOperations(state);
            if (state.Last is { } last)
            {
                json.WriteNumber("observedValue", Math.Round(last.Duration.TotalMilliseconds, 3));
                json.WriteString("observedUnit", "ms");
                json.WriteTime("time", last.CompletedAt);
            }

            if (state.Explain() is { } reason)
            {
                json.WriteString("output", reason);
            }

            json.WriteSteps(state.Last?.Verdict.Steps ?? []);

            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Dagu's shape, whose words are healthy and unhealthy, but true.</summary>
    private static Answer Dagu(Snapshot snapshot, AnswerKey key)
    {
        var isUp = snapshot.FindRollUp(key.Name)!.Status.IsUp();
        return new Answer(Answer.CodeOf(isUp), "application/json", HealthJson.Object(json =>
        {
            json.WriteString("status", isUp ? "healthy" : "unhealthy");
            json.WriteString("version", AgentVersion.Version);
            json.WriteNumber("uptime", Uptime(snapshot));
            json.WriteString("timestamp", snapshot.TakenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }));
    }

    private static string Describe(RollUp rollUp) => rollUp.Status switch
    {
        CheckStatus.Healthy when rollUp.Members.IsEmpty => "no checks are configured in this mode",
        CheckStatus.Healthy =>
            string.Create(CultureInfo.InvariantCulture, $"{rollUp.Counts.Healthy} of {rollUp.Members.Length} checks healthy"),
        CheckStatus.Unknown =>
            string.Create(CultureInfo.InvariantCulture, $"{rollUp.Counts.Unknown} of {rollUp.Members.Length} checks without a verdict"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{rollUp.Members.Length - rollUp.Contributed.Healthy} of {rollUp.Members.Length} checks not healthy"),
    };

    private static long Uptime(Snapshot snapshot) => (long)(snapshot.TakenAt - snapshot.StartedAt).TotalSeconds;
}
