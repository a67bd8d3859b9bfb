namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The numbers by which Dagu's API names the status of a run.</summary>
internal static class DaguStatus
{
    public const int NotStarted = 0, Running = 1, Failed = 2, Aborted = 3, Succeeded = 4, Queued = 5, PartiallySucceeded = 6, Waiting = 7,
        Rejected = 8;

    /// <summary>Whether a run of this status may still change by itself.</summary>
    public static bool IsLive(int status) => status is NotStarted or Running or Queued or Waiting;
}
