using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>Single checks and roll-ups: <c>/health/checks</c>, <c>/health/groups</c>, <c>/health/tiers</c>.</summary>
internal static class Details
{
    private const string Json = "application/json";

    /// <summary>Maps the routes.</summary>
    public static void MapDetails(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        Task RollUp(HttpContext context, string name) =>
            context.SendAsync(answers.For(new AnswerKey("rollup", name, options.ShowDetails(context)), OfRollUp));

        routes.MapReading("/health/checks", context => RollUp(context, RollUpPlan.Full));
        routes.MapReading("/health/groups/{name}", context => RollUp(context, RollUpPlan.OfGroup(context.RouteName())));
        routes.MapReading("/health/tiers/{name}", context => RollUp(context, RollUpPlan.OfTier(context.RouteName())));
        routes.MapReading("/health/checks/{name}", context =>
            context.SendAsync(answers.For(new AnswerKey("check", context.RouteName(), options.ShowDetails(context)), OfCheck)));
    }

    private static Answer? OfCheck(Snapshot snapshot, AnswerKey key) => snapshot.Find(key.Name) is not { } state
        ? null
        : new Answer(Answer.CodeOf(state.Status.IsUp()), Json, HealthJson.Object(json =>
        {
            if (key.Details)
            {
                json.WriteCheck(state);
                json.WriteConditions(state.Last);
            }
            else
            {
                json.WriteString("status", state.Status.Name());
            }
        }));

    private static Answer? OfRollUp(Snapshot snapshot, AnswerKey key) => snapshot.FindRollUp(key.Name) is not { } rollUp
        ? null
        : new Answer(Answer.CodeOf(rollUp.Status.IsUp()), Json, HealthJson.Object(json =>
        {
            json.WriteString("status", rollUp.Status.Name());
            json.WriteCounts(rollUp.Counts);
            if (!key.Details)
            {
                return;
            }

            var causes = rollUp.CausesAmong(snapshot.Checks).Select(state => state.SuppressedBy ?? state.Plan.Name);
            json.WriteTexts("causes", causes.Distinct(StringComparer.Ordinal));
            json.WriteStartArray("checks");
            foreach (var member in rollUp.Members)
            {
                json.WriteStartObject();
                json.WriteCheck(snapshot.Checks[member]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));
}
