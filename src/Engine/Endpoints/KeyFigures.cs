using System.Text.Json;
using HealthAgent.Scheduling;

namespace HealthAgent.Endpoints;

/// <summary>How the agent itself does, in figures.</summary>
internal sealed class KeyFigures(SchedulerMetrics scheduler, SchedulerPulse pulse)
{
    /// <summary>Writes them as the member <c>agent</c> of an object that is open.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var pace = scheduler.Pace;
        json.WriteStartObject("agent");
        json.WriteNumber("runsPerSecond", Math.Round(pace.PerSecond, 2));
        json.WriteNumber("latenessMs", HealthJson.Milliseconds(pace.Lateness));
        json.WriteNumber("latenessMaxMs", HealthJson.Milliseconds(pace.Latest));
        json.WriteNumber("runsInProgress", scheduler.Running);
        json.WriteNumber("runsSkipped", scheduler.SkippedStarts);
        json.WriteNumber("checksWaiting", pulse.Backlog.Waiting);
        json.WriteNumber("memoryBytes", Environment.WorkingSet);
        json.WriteNumber("heapBytes", GC.GetTotalMemory(forceFullCollection: false));
        json.WriteEndObject();
    }
}
