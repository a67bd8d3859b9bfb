namespace HealthAgent.Scheduling;

/// <summary>A limit of runs at once, of all checks or of those of one host, and the checks that wait for one of its slots.</summary>
internal sealed class AdmissionQueue
{
    /// <summary>How many runs there may be.</summary>
    public int Slots { get; set; }

    /// <summary>How many there are; more than slots after a configuration lowered them.</summary>
    public int Running { get; set; }

    /// <summary>When a run last ended in time.</summary>
    public TimeSpan? AnsweredAt { get; set; }

    /// <summary>How many checks that used to answer did not, since the last run that ended in time.</summary>
    public int Unanswered { get; set; }

    /// <summary>The checks in the queue.</summary>
    public List<ScheduledCheck> Waiting { get; } = [];

    /// <summary>Whether no other run may start.</summary>
    public bool IsFull => Running >= Slots;

    /// <summary>How many of those in the queue may start; none when less than one.</summary>
    public int Callable => Math.Min(Slots - Running, Waiting.Count);
}
