using System.Collections.Immutable;
using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// <c>checks</c> of <c>application/health+json</c>: for each check one entry <c>NAME:responseTime</c> with all that is said of it, and one
/// for each further value that its latest run observed.
/// </summary>
internal static class HealthEntries
{
    private const string ResponseTime = "responseTime";

    /// <summary>Writes the entries of checks, within an object that is open.</summary>
    public static void WriteHealthChecks(this Utf8JsonWriter json, Snapshot snapshot, ImmutableArray<int> members, string prefix)
    {
        var affected = new AffectedEndpoints(snapshot, prefix);
        json.WriteStartObject("checks");
        foreach (var member in members)
        {
            var state = snapshot.Checks[member];
            var measured = state.Last?.Verdict.Observations ?? [];
            json.WriteStartArray(KeyOf(state, ResponseTime));
            WriteState(json, state, affected.Of(member), prefix);
            foreach (var same in measured.Where(one => one.Name == ResponseTime))
            {
                WriteMeasurement(json, state, same);
            }

            json.WriteEndArray();
            foreach (var one in measured.Where(one => one.Meaning != ObservationMeaning.Latency && one.Name != ResponseTime))
            {
                json.WriteStartArray(KeyOf(state, one.Name));
                WriteMeasurement(json, state, one);
                json.WriteEndArray();
            }
        }

        json.WriteEndObject();
    }

    // A colon separates the two, and may stand in neither; no name of a check has one.
    private static string KeyOf(CheckState state, string measurement) =>
        $"{state.Plan.Name}:{measurement.Replace(":", "%3A", StringComparison.Ordinal)}";

    private static void WriteState(Utf8JsonWriter json, CheckState state, IEnumerable<string> affected, string prefix)
    {
        json.WriteStartObject();
        WriteComponent(json, state);
        json.WriteString("kind", state.Plan.Kind.Name);
        json.WriteString("tier", state.Plan.Tier.Name());
        json.WriteString("impact", state.Plan.Impact.Name());
        json.WriteOptional("group", state.Plan.Group);
        json.WriteString("state", state.Status.Name());
        json.WriteTime("since", state.Since);
        json.WriteOptional("cause", state.SuppressedBy);
        json.WriteOptional("maintenance", state.Maintenance);
        if (state.Last is { } last)
        {
            json.WriteNumber("observedValue", HealthJson.Milliseconds(last.Duration));
            json.WriteString("observedUnit", "ms");
            json.WriteTime("time", last.CompletedAt);
        }

        if (state.Status != CheckStatus.Healthy)
        {
            WriteTrouble(json, state, affected);
        }

        json.WriteStartObject("links");
        json.WriteString("self", $"{prefix}/health/checks/{state.Plan.Name}");
        json.WriteOptional("help", state.Last is { } run ? Runbooks.For(state.Plan, run) : null);
        json.WriteEndObject();
        json.WriteSteps(state.Last?.Verdict.Steps ?? []);
        json.WriteEndObject();
    }

    private static void WriteTrouble(Utf8JsonWriter json, CheckState state, IEnumerable<string> affected)
    {
        json.WriteOptional("output", state.Explain());
        if (affected.ToList() is { Count: > 0 } endpoints)
        {
            json.WriteTexts("affectedEndpoints", endpoints);
        }
    }

    private static void WriteMeasurement(Utf8JsonWriter json, CheckState state, Observation one)
    {
        json.WriteStartObject();
        WriteComponent(json, state);
        switch (one.Meaning)
        {
            case ObservationMeaning.Phase:
                json.WriteNumber("observedValue", HealthJson.Milliseconds((TimeSpan)one.Value));
                break;
            case ObservationMeaning.Duration:
                json.WriteNumber("observedValue", Math.Round(((TimeSpan)one.Value).TotalSeconds, 6));
                break;
            default:
                json.WriteObserved("observedValue", one);
                break;
        }

        json.WriteOptional("observedUnit", UnitOf(one.Meaning));
        json.WriteTime("time", state.Last!.CompletedAt);
        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, CheckState state)
    {
        json.WriteString("componentId", state.Plan.Name);
        json.WriteString("componentType", state.Plan.Kind.ComponentType);
        json.WriteString("status", state.Status.HealthWord());
    }

    private static string? UnitOf(ObservationMeaning meaning) => meaning switch
    {
        ObservationMeaning.Phase => "ms",
        ObservationMeaning.Duration => "s",
        ObservationMeaning.Percent => "percent",
        ObservationMeaning.Size => "By",
        _ => null,
    };
}
