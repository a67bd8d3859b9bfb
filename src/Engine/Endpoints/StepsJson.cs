using System.Collections.Immutable;
using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>The steps of a scenario's latest run, for those who may see details.</summary>
internal static class StepsJson
{
    /// <summary>Writes them, if there are any, within an object that is open.</summary>
    public static void WriteSteps(this Utf8JsonWriter json, ImmutableArray<StepRecord> steps)
    {
        if (steps.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("steps");
        foreach (var step in steps)
        {
            json.WriteStartObject();
            StepRecordJson.WriteOutcome(json, step);
            json.WriteNumber("durationMs", HealthJson.Milliseconds(step.Duration));
            json.WriteNumber("tries", step.Tries);
            if (step.IsCleanup)
            {
                json.WriteBoolean("cleanup", value: true);
            }

            json.WriteObservations(step.Observations);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
