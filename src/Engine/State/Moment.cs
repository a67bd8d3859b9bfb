namespace HealthAgent.State;

/// <summary>
/// A moment on two clocks: the wall's, which people read and which may be set forth and back, and the agent's own, which
/// only goes on. Whatever is measured or compared is so on the latter.
/// </summary>
/// <param name="At">On the wall.</param>
/// <param name="Uptime">Since the agent started, without the times that it slept through.</param>
internal readonly record struct Moment(DateTimeOffset At, TimeSpan Uptime);

/// <summary>Tells moments. One for the whole agent, so that moments of different origin compare.</summary>
internal sealed class AgentClock(TimeProvider clock)
{
    private readonly long _origin = clock.GetTimestamp();
    private long _sleptTicks;

    /// <summary>The moment now.</summary>
    public Moment Now => new(clock.GetUtcNow(), Uptime);

    /// <summary>The time since the agent started, without the times that it slept through.</summary>
    public TimeSpan Uptime => clock.GetElapsedTime(_origin) - TimeSpan.FromTicks(Interlocked.Read(ref _sleptTicks));

    /// <summary>
    /// Leaves out a time that the agent slept through, with its machine or stopped like a debuggee: nothing was due in it,
    /// and what was awaited is so as long as before.
    /// </summary>
    public void PassOver(TimeSpan slept) => Interlocked.Add(ref _sleptTicks, slept.Ticks);
}
