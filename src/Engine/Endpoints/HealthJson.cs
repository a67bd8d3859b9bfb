using System.Collections.Immutable;
using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>How states are written as JSON.</summary>
internal static class HealthJson
{
    /// <summary>Writes a JSON object.</summary>
    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> write) => JsonText.Bytes(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    /// <summary>The words of <c>health+json</c> for a status. What is unknown cannot be said to pass.</summary>
    public static string HealthWord(this CheckStatus status) => status switch
    {
        CheckStatus.Healthy => "pass",
        CheckStatus.Degraded => "warn",
        _ => "fail",
    };

    /// <summary>Writes how many checks have which status.</summary>
    public static void WriteCounts(this Utf8JsonWriter json, StatusCounts counts)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("healthy", counts.Healthy);
        json.WriteNumber("degraded", counts.Degraded);
        json.WriteNumber("unhealthy", counts.Unhealthy);
        json.WriteNumber("unknown", counts.Unknown);
        json.WriteEndObject();
    }

    /// <summary>Writes all that is known of a check, within an object that is open.</summary>
    public static void WriteCheck(this Utf8JsonWriter json, CheckState state)
    {
        var plan = state.Plan;
        json.WriteString("name", plan.Name);
        json.WriteString("kind", plan.Kind.Name);
        json.WriteString("tier", plan.Tier.Name());
        json.WriteString("impact", plan.Impact.Name());
        json.WriteOptional("group", plan.Group);
        json.WriteString("status", state.Status.Name());
        json.WriteTime("since", state.Since);
        json.WriteOptional("cause", state.SuppressedBy);
        json.WriteOptional("maintenance", state.Maintenance);
        if (state.IsFlapping)
        {
            json.WriteBoolean("flapping", true);
        }

        if (state.IsStale)
        {
            json.WriteBoolean("stale", true);
        }

        if (state.Last is { } last)
        {
            json.WriteRun(last);
        }
    }

    private static void WriteRun(this Utf8JsonWriter json, RunRecord run)
    {
        json.WriteStartObject("last");
        json.WriteString("outcome", run.Result.Name());
        json.WriteOptional("errorType", run.ErrorType?.Name());
        json.WriteOptional("reason", run.Reason);
        json.WriteTime("startedAt", run.StartedAt);
        json.WriteNumber("durationMs", Milliseconds(run.Duration));
        if (run.TraceId != default)
        {
            json.WriteString("traceId", run.TraceId.ToHexString());
        }

        json.WriteEndObject();
        json.WriteObservations(run.Verdict.Observations);
        json.WriteSteps(run.Verdict.Steps);
    }

    /// <summary>Writes what was observed, within an object that is open.</summary>
    public static void WriteObservations(this Utf8JsonWriter json, ImmutableArray<Observation> observations)
    {
        json.WriteStartObject("phasesMs");
        foreach (var observation in observations)
        {
            if (observation.Meaning == ObservationMeaning.Phase)
            {
                json.WriteNumber(observation.Name, Milliseconds((TimeSpan)observation.Value));
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("observed");
        foreach (var observation in observations)
        {
            if (observation.IsValue)
            {
                json.WriteObserved(observation.Name, observation);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the value of an observation; a time span as people read it.</summary>
    public static void WriteObserved(this Utf8JsonWriter json, string name, Observation observation)
    {
        switch (observation.Value)
        {
            case DateTimeOffset time:
                json.WriteTime(name, time);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case not TimeSpan when ValueText.Number(observation.Value) is { } number && double.IsFinite(number):
                json.WriteNumber(name, observation.Meaning == ObservationMeaning.Percent ? Math.Round(number, 2) : number);
                break;
            default:
                json.WriteString(name, ValueText.Plain(observation.Value));
                break;
        }
    }

    /// <summary>A duration in milliseconds, to the microsecond.</summary>
    public static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 3);
}
