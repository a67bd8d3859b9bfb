using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Planning;
using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>The data of events, in the words of <c>/health/checks/{name}</c>.</summary>
internal static class EventJson
{
    // What other attributes there are are labels.
    private const string OfChecks = "health_check.";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The check that an event is about.</summary>
    public static EventSubject Subject(CheckPlan plan) => new(plan.Name, plan.Group, plan.Tier);

    /// <summary>A change of status.</summary>
    /// <param name="transition">The change.</param>
    /// <param name="run">The run that made it; null where it was time, or another check.</param>
    public static ReadOnlyMemory<byte> Of(Transition transition, RunRecord? run) => Line(json =>
    {
        json.WritePlan(transition.Plan);
        json.WriteString("status", transition.To.Name());
        json.WriteTime("since", transition.At);
        json.WriteString("previousStatus", transition.From.Name());
        json.WriteNumber("previousDurationMs", Math.Round(transition.Lasted.TotalMilliseconds, 3));
        json.WriteOptional("errorType", transition.ErrorType?.Name());
        json.WriteOptional("reason", transition.Reason);
        json.WriteTrace(run);
    });

    /// <summary>A check began to flap, or no longer does.</summary>
    public static ReadOnlyMemory<byte> OfFlapping(CheckState state, RunRecord run) => Line(json =>
    {
        json.WriteState(state);
        json.WriteTrace(run);
    });

    /// <summary>The configuration was read again.</summary>
    public static ReadOnlyMemory<byte> OfReload(string source, PlanChange change, DateTimeOffset at) => Line(json =>
    {
        json.WriteTime("time", at);
        json.WriteString("configuration", source);
        json.WriteNumber("added", change.Added.Count);
        json.WriteNumber("changed", change.Changed.Count);
        json.WriteNumber("removed", change.Removed.Count);
        json.WriteNumber("unchanged", change.Unchanged);
        json.WriteTexts("settings", change.Settings);
        json.WriteTexts("needRestart", change.NeedRestart);
    });

    /// <summary>The agent started.</summary>
    public static ReadOnlyMemory<byte> OfStart(Snapshot snapshot) => Line(json =>
    {
        json.WriteTime("time", snapshot.StartedAt);
        json.WriteNumber("checks", snapshot.Checks.Count);
    });

    /// <summary>How a check is, in one object.</summary>
    public static ReadOnlyMemory<byte> Of(CheckState state) => Line(json => json.WriteState(state));

    /// <summary>An object on one line.</summary>
    public static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteState(this Utf8JsonWriter json, CheckState state)
    {
        json.WritePlan(state.Plan);
        json.WriteString("status", state.Status.Name());
        json.WriteTime("since", state.Since);
        json.WriteOptional("errorType", state.IsStale ? null : state.Last?.ErrorType?.Name());
        json.WriteOptional("reason", state.Explain());
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
    }

    private static void WritePlan(this Utf8JsonWriter json, CheckPlan plan)
    {
        json.WriteString("name", plan.Name);
        json.WriteString("kind", plan.Kind.Name);
        json.WriteString("tier", plan.Tier.Name());
        json.WriteString("impact", plan.Impact.Name());
        json.WriteOptional("group", plan.Group);
        json.WriteStartObject("labels");
        foreach (var (name, value) in plan.Attributes)
        {
            if (!name.StartsWith(OfChecks, StringComparison.Ordinal))
            {
                json.WriteString(name, (string?)value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteTrace(this Utf8JsonWriter json, RunRecord? run)
    {
        if (run is not null && run.TraceId != default)
        {
            json.WriteString("traceId", run.TraceId.ToHexString());
        }
    }
}
