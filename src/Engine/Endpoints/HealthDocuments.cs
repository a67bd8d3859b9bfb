using System.Text.Json;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// What <c>/health</c> and the routes below it answer, in each form: the document of <c>application/health+json</c>, the details of checks
/// as JSON, and text.
/// </summary>
/// <remarks>Rule: draft-inadarei-api-health-check-06, "Health Check Response Format for HTTP APIs".</remarks>
internal sealed class HealthDocuments
{
    /// <summary>The view of <c>/health</c>.</summary>
    public const string Whole = "health";

    /// <summary>The view of roll-ups.</summary>
    public const string RollUps = "rollup";

    /// <summary>The view of single checks.</summary>
    public const string Checks = "check";

    private const int MostCauses = 5;

    private readonly KeyFigures _figures;

    public HealthDocuments(SchedulerMetrics scheduler, SchedulerPulse pulse)
    {
        _figures = new KeyFigures(scheduler, pulse);
        OfRollUp = (snapshot, key) => Render(snapshot, key, Subject.OfRollUp(snapshot, key.Name));
        OfCheck = (snapshot, key) => Render(snapshot, key, Subject.OfCheck(snapshot, key.Name));
    }

    /// <summary>Renders a roll-up; null when there is none of the name.</summary>
    public Func<Snapshot, AnswerKey, Answer?> OfRollUp { get; }

    /// <summary>Renders a check; null when there is none of the name.</summary>
    public Func<Snapshot, AnswerKey, Answer?> OfCheck { get; }

    /// <summary>How long the agent has run, in seconds.</summary>
    public static long Uptime(Snapshot snapshot) => (long)(snapshot.TakenAt - snapshot.StartedAt).TotalSeconds;

    private Answer? Render(Snapshot snapshot, AnswerKey key, Subject? subject) => subject is null
        ? null
        : new Answer(Answer.CodeOf(subject.Status.IsUp()), key.Form.ContentType(), Body(snapshot, key, subject)) { IsNegotiated = true };

    private ReadOnlyMemory<byte> Body(Snapshot snapshot, AnswerKey key, Subject subject) => key.Form switch
    {
        Form.Text => HealthText.Of(snapshot, key, subject),
        Form.Json when key.View != Whole => HealthJson.Object(json => json.WriteDetails(snapshot, subject, key.Details)),
        _ => HealthJson.Object(json => Write(json, snapshot, key, subject)),
    };

    private void Write(Utf8JsonWriter json, Snapshot snapshot, AnswerKey key, Subject subject)
    {
        json.WriteString("status", subject.Status.HealthWord());
        if (key.View != Whole && !key.Details)
        {
            return;
        }

        json.WriteString("version", AgentVersion.Version);
        json.WriteString("releaseId", AgentVersion.Release);
        json.WriteString("serviceId", "health-agent");
        json.WriteString("description", subject.Describe());
        WriteNotes(json, snapshot, key, subject);
        if (key.Details && subject.Status != CheckStatus.Healthy)
        {
            json.WriteString("output", Output(snapshot, subject));
        }

        json.WriteNumber("uptime", Uptime(snapshot));
        json.WriteTime("timestamp", snapshot.TakenAt);
        if (key.View == Whole)
        {
            json.WriteString("mode", key.Name);
        }

        if (subject.RollUp is { } rollUp)
        {
            json.WriteCounts(rollUp.Counts);
        }

        if (key.Details)
        {
            var prefix = key.Endpoints?.Prefix ?? "";
            if (key.View == Whole)
            {
                _figures.Write(json);
                json.WriteStartObject("links");
                json.WriteString("item", $"{prefix}/health/checks");
                json.WriteEndObject();
            }

            json.WriteHealthChecks(snapshot, subject.Members, prefix);
        }
    }

    private static void WriteNotes(Utf8JsonWriter json, Snapshot snapshot, AnswerKey key, Subject subject)
    {
        List<string> notes = [];
        if (!key.Details)
        {
            notes.AddRange(key.Endpoints?.WhyNoDetails() is { } why ? [why] : []);
        }
        else
        {
            var states = subject.Members.Select(member => snapshot.Checks[member]).ToList();
            notes.AddRange(states.Where(state => state.Maintenance is not null).GroupBy(state => state.Maintenance, StringComparer.Ordinal)
                .Select(window => $"in maintenance by {window.Key}, so without effect on the status: {Counted(window.Count())}"));
            notes.AddRange(states.Count(state => state.IsFlapping) is > 0 and var flapping
                ? [$"flapping, so without events for single changes: {Counted(flapping)}"]
                : []);
        }

        if (notes.Count > 0)
        {
            json.WriteTexts("notes", notes);
        }
    }

    private static string Counted(int checks) => checks == 1 ? "1 check" : FormattableString.Invariant($"{checks} checks");

    /// <summary>The causes, each with its reason; of many, the first.</summary>
    private static string Output(Snapshot snapshot, Subject subject)
    {
        var causes = subject.CausesAmong(snapshot.Checks).Where(state => state.SuppressedBy is null).ToList();
        var shown = causes.Take(MostCauses).Select(state => $"{state.Plan.Name}: {state.Explain() ?? state.Status.Name()}");
        return string.Join("; ", shown)
            + (causes.Count > MostCauses ? FormattableString.Invariant($"; and {causes.Count - MostCauses} more") : "");
    }
}
