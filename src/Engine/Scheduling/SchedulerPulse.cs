namespace HealthAgent.Scheduling;

/// <summary>The checks that are due and wait for a slot.</summary>
/// <param name="Waiting">How many there are.</param>
/// <param name="Longest">How long the one that was due first waits.</param>
/// <param name="Running">How many runs are under way.</param>
internal sealed record Backlog(int Waiting, TimeSpan Longest, int Running);

/// <summary>
/// When the scheduling loop last iterated. The loop beats, the <c>self</c> check and <c>/livez</c> listen:
/// a process that is there but no longer runs checks is not alive.
/// </summary>
internal sealed class SchedulerPulse(TimeProvider clock)
{
    /// <summary>The silence after which the loop counts as stalled. It iterates at least once per second.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private long _lastBeat = clock.GetTimestamp();

    /// <summary>How the schedule keeps up; as of the last second.</summary>
    public Backlog Backlog { get; set; } = new(0, TimeSpan.Zero, 0);

    /// <summary>Records an iteration of the loop.</summary>
    public void Beat() => Volatile.Write(ref _lastBeat, clock.GetTimestamp());

    /// <summary>The time since the last iteration of the loop.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _lastBeat));

    /// <summary>Whether the loop runs.</summary>
    public bool IsAlive => Silence < Limit;
}
