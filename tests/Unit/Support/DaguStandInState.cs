namespace HealthAgent.Unit.Support;

/// <summary>A scheduler or coordinator in the registry, whose entry is ignored 30 s after its last beat.</summary>
internal sealed class StandInService(string instanceId, string host, DateTimeOffset startedAt)
{
    public string InstanceId { get; set; } = instanceId;

    public string Host { get; } = host;

    public DateTimeOffset StartedAt { get; set; } = startedAt;

    public string Status { get; set; } = "active";

    /// <summary>When it died or froze; null while it beats.</summary>
    public DateTimeOffset? LastBeat { get; set; }
}

/// <summary>A worker: healthy for 5 s after its last beat, in warning for 15 s, then unhealthy, and gone after 30 s.</summary>
internal sealed class StandInWorker(string id, int pollers = 4)
{
    public string Id { get; } = id;

    public Dictionary<string, string>? Labels { get; init; }

    public int Pollers { get; } = pollers;

    public int Busy { get; set; }

    /// <summary>When it died or froze; null while it beats.</summary>
    public DateTimeOffset? LastBeat { get; set; }
}

/// <summary>A queue. One of a DAG has a capacity of 1; a global one without a limit has 0.</summary>
internal sealed class StandInQueue(string name, int capacity)
{
    public string Name { get; } = name;

    public int Capacity { get; } = capacity;

    public bool IsGlobal { get; init; } = true;

    /// <summary>What waits, head first.</summary>
    public List<StandInRun> Items { get; } = [];

    /// <summary>What runs.</summary>
    public List<StandInRun> Running { get; } = [];
}

/// <summary>A DAG file.</summary>
internal sealed class StandInDag(string fileName)
{
    public string FileName { get; } = fileName;

    public string Name { get; init; } = fileName;

    public string? Cron { get; init; }

    /// <summary>What is written in the file.</summary>
    public string Spec { get; init; } = "";

    public bool IsSuspended { get; set; }

    /// <summary>What the scheduler saved, or the API computed.</summary>
    public DateTimeOffset? NextRun { get; set; }

    public List<string> Errors { get; } = [];
}

/// <summary>Dagu's numbers for the status of a run.</summary>
internal static class StandInStatus
{
    public const int NotStarted = 0, Running = 1, Failed = 2, Aborted = 3, Succeeded = 4, Queued = 5, PartiallySucceeded = 6, Waiting = 7,
        Rejected = 8;

    public static readonly string[] Labels =
        ["not_started", "running", "failed", "aborted", "succeeded", "queued", "partially_succeeded", "waiting", "rejected"];
}

/// <summary>Why a queued run waits.</summary>
internal sealed record StandInCondition(string Type, string Status, string Reason, string Message)
{
    public DateTimeOffset? CheckedAt { get; init; }
}

/// <summary>A run of a DAG.</summary>
internal sealed class StandInRun(string name, string id)
{
    public string Name { get; } = name;

    public string Id { get; } = id;

    public int Status { get; set; }

    public DateTimeOffset? QueuedAt { get; set; }

    public DateTimeOffset? ScheduleTime { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? WorkerId { get; set; }

    public string? TriggerType { get; set; }

    public List<StandInCondition> Conditions { get; } = [];

    /// <summary>The errors of its steps.</summary>
    public List<string> StepErrors { get; } = [];

    /// <summary>Running by its record, but its process is gone: a read of its details marks it failed.</summary>
    public bool IsStale { get; set; }

    /// <summary>When it was made, by which the lists are ordered.</summary>
    public DateTimeOffset CreatedAt => ScheduleTime ?? QueuedAt ?? StartedAt ?? DateTimeOffset.MinValue;
}
