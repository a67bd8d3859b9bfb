using System.Collections.Immutable;
using System.Text.Json;

namespace HealthAgent.State;

/// <summary>The steps in a run's record as JSON; a record of another kind than a scenario has no such member.</summary>
internal static class StepRecordJson
{
    private const string Steps = "steps";

    /// <summary>Writes the steps, if there are any, within an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<StepRecord> steps)
    {
        if (steps.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(Steps);
        foreach (var step in steps)
        {
            json.WriteStartObject();
            WriteOutcome(json, step);
            json.WriteNumber("duration", RunRecordJson.Seconds(step.Duration));
            json.WriteBoolean("cleanup", step.IsCleanup);
            json.WriteNumber("tries", step.Tries);
            ObservedJson.Write(json, step.Observations, step.Conditions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes which step it is and what came of it, within an object that is open.</summary>
    public static void WriteOutcome(Utf8JsonWriter json, StepRecord step)
    {
        json.WriteString("name", step.Name);
        json.WriteString("kind", step.Kind);
        json.WriteString("outcome", RunRecordJson.Spelling(step.Outcome));
        json.WriteOptional("errorType", step.ErrorType?.Name());
        json.WriteOptional("reason", step.Reason);
    }

    /// <summary>Reads the steps of a record; empty where it has none.</summary>
    public static ImmutableArray<StepRecord> Read(JsonElement record) =>
        record.TryGetProperty(Steps, out var steps) ? [.. steps.EnumerateArray().Select(ReadStep)] : [];

    private static StepRecord ReadStep(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.GetProperty("kind").GetString()!,
        RunRecordJson.Of<StepOutcome>(json.GetProperty("outcome").GetString()),
        RunRecordJson.Optional(json, "errorType") is { } error ? ErrorTypes.Parse(error) : null,
        RunRecordJson.Optional(json, "reason"),
        RunRecordJson.Duration(json.GetProperty("duration")),
        json.GetProperty("cleanup").GetBoolean(),
        json.GetProperty("tries").GetInt32(),
        ObservedJson.ReadObservations(json),
        ObservedJson.ReadConditions(json));
}
