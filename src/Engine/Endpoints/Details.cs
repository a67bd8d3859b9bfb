using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>Single checks and roll-ups: <c>/health/checks</c>, <c>/health/groups</c>, <c>/health/tiers</c>.</summary>
internal static class Details
{
    /// <summary>Maps the routes. Names of checks and groups are for callers who see details; those of tiers everybody knows.</summary>
    public static void MapDetails(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var answers = routes.ServiceProvider.GetRequiredService<Answers>();
        var documents = routes.ServiceProvider.GetRequiredService<HealthDocuments>();
        Task RollUp(HttpContext context, string name) => context.SendAsync(
            Forms.OfDetails, new AnswerKey(HealthDocuments.RollUps, name, options.ShowDetails(context)) { Endpoints = options },
            answers, documents.OfRollUp);

        routes.MapReading("/health/checks", options.RequireDetails(context => RollUp(context, RollUpPlan.Full)));
        routes.MapReading(
            "/health/groups/{name}", options.RequireDetails(context => RollUp(context, RollUpPlan.OfGroup(context.RouteName()))));
        routes.MapReading("/health/tiers/{name}", context => RollUp(context, RollUpPlan.OfTier(context.RouteName())));
        routes.MapReading("/health/checks/{name}", options.RequireDetails(context => context.SendAsync(
            Forms.OfDetails, new AnswerKey(HealthDocuments.Checks, context.RouteName(), Details: true) { Endpoints = options },
            answers, documents.OfCheck)));
    }

    /// <summary>Writes what is known of a check or roll-up, within an object that is open.</summary>
    public static void WriteDetails(this Utf8JsonWriter json, Snapshot snapshot, Subject subject, bool details)
    {
        if (subject.RollUp is not { } rollUp)
        {
            var state = snapshot.Checks[subject.Members[0]];
            json.WriteCheck(state);
            json.WriteConditions(state.Last);
            return;
        }

        json.WriteString("status", rollUp.Status.Name());
        if (!details)
        {
            return;
        }

        json.WriteCounts(rollUp.Counts);
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
    }
}
