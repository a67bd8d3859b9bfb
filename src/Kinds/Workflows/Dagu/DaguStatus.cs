namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The numbers that Dagu's API has for the status of a run.</summary>
internal static class DaguStatus
{
    public const int Running = 1;
    public const int Failed = 2;
    public const int Aborted = 3;
    public const int Succeeded = 4;
    public const int Queued = 5;
    public const int PartiallySucceeded = 6;
    public const int Rejected = 8;
}
