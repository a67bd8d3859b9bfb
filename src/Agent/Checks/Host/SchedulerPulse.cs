namespace HealthAgent.Checks.Host;

/// <summary>
/// Tells when the scheduling loop last turned. The loop beats, the <c>self</c> check and <c>/livez</c> listen:
/// a process that is there but no longer runs checks is not alive.
/// </summary>
internal sealed class SchedulerPulse(TimeProvider clock)
{
    /// <summary>The silence after which the loop counts as stalled. It turns at least once a second.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private long _lastBeat = clock.GetTimestamp();

    /// <summary>Says that the loop turned.</summary>
    public void Beat() => Volatile.Write(ref _lastBeat, clock.GetTimestamp());

    /// <summary>The time since the loop last turned.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _lastBeat));

    /// <summary>Whether the loop turns.</summary>
    public bool IsAlive => Silence < Limit;
}
