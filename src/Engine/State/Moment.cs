namespace HealthAgent.State;

/// <summary>A moment on two clocks.</summary>
/// <param name="At">The wall's, which people read, and which may be set forwards and back.</param>
/// <param name="Steady">
/// One that only goes forward, by which whatever is measured or compared is: the wall's time (UTC) when the agent started and what
/// passed since, without the times that it slept through.
/// </param>
internal readonly record struct Moment(DateTimeOffset At, DateTime Steady)
{
    /// <summary>A time by the wall's clock as one of the steady clock: as long before this moment, and never after it.</summary>
    public DateTime ToSteady(DateTimeOffset at)
    {
        var age = At - at;
        return age <= TimeSpan.Zero ? Steady : age < Steady - DateTime.MinValue ? Steady - age : DateTime.MinValue;
    }

    /// <summary>A time of the steady clock as one by the wall's clock, as that is set at this moment.</summary>
    public DateTimeOffset ToWall(DateTime steady)
    {
        var age = Steady - steady;
        return age <= At - DateTimeOffset.MinValue ? At - age : DateTimeOffset.MinValue;
    }
}

/// <summary>Reads both clocks. One for the whole agent, so that moments of different origin compare.</summary>
internal sealed class AgentClock(TimeProvider clock)
{
    private readonly long _origin = clock.GetTimestamp();
    private readonly DateTime _started = clock.GetUtcNow().UtcDateTime;
    private long _sleptTicks;

    /// <summary>The moment now.</summary>
    public Moment Now => new(clock.GetUtcNow(), _started + Uptime);

    /// <summary>
    /// The time since the agent started, without the times that it slept through: for schedules, which end with the process.
    /// </summary>
    public TimeSpan Uptime => clock.GetElapsedTime(_origin) - TimeSpan.FromTicks(Interlocked.Read(ref _sleptTicks));

    /// <summary>
    /// Leaves out a time that the agent slept through, with its machine or stopped like a debuggee: nothing was due in it,
    /// and what was awaited is so as long as before.
    /// </summary>
    public void PassOver(TimeSpan slept) => Interlocked.Add(ref _sleptTicks, slept.Ticks);
}
