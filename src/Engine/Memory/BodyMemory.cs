using System.Diagnostics.Metrics;

namespace HealthAgent.Memory;

/// <summary>
/// The memory of all bodies and answers that runs hold at once, <c>agent.memory</c>. It has two parts, which a run takes from in this
/// order, so that runs never wait for each other in a circle.
/// </summary>
internal sealed class BodyMemory(long limit) : IMetricsSource
{
    private const long MiB = 1024 * 1024;

    private long _failures;

    /// <summary>What is configured, in bytes.</summary>
    public long Limit
    {
        get => Bodies.Limit + Documents.Limit;
        set => (Bodies.Limit, Documents.Limit) = (ShareOfBodies(value), value - ShareOfBodies(value));
    }

    /// <summary>For bodies as they were sent, and as text.</summary>
    public MemoryBudget Bodies { get; } = new(ShareOfBodies(limit));

    /// <summary>For what conditions ask of JSON bodies.</summary>
    public MemoryBudget Documents { get; } = new(limit - ShareOfBodies(limit));

    /// <summary>What is held, of the limit, in percent: of the part that is fuller.</summary>
    public double PercentHeld => 100 * Math.Max((double)Bodies.Held / Bodies.Limit, (double)Documents.Held / Documents.Limit);

    /// <summary>Notes that a try of a run failed, since there was no room.</summary>
    public void NoteFailure() => Interlocked.Increment(ref _failures);

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var (waits, failures) = (Waits, Volatile.Read(ref _failures));
        meter.CreateObservableUpDownCounter(Names.Metrics.MemoryUsed, () => Bodies.Held + Documents.Held, "By", "Memory that runs hold for bodies.");
        meter.CreateObservableUpDownCounter(Names.Metrics.MemoryLimit, () => Limit, "By", "Memory that runs may hold for bodies, agent.memory.");
        meter.CreateObservableCounter(Names.Metrics.MemoryWaits, () => Waits - waits, "{wait}", "Times that a run had to wait for memory.");
        meter.CreateObservableCounter(
            Names.Metrics.MemoryFailures, () => Volatile.Read(ref _failures) - failures, "{failure}", "Times that there was no memory for a run within its timeout, or never is.");
    }

    /// <summary>An eighth of the memory that the process may use, from 64 MiB to 1 GiB.</summary>
    /// <param name="available">That memory, in bytes: the runtime knows the limit of a container too.</param>
    public static long Default(long available) => Math.Clamp(available / 8, 64 * MiB, 1024 * MiB);

    private long Waits => Bodies.Waits + Documents.Waits;

    private static long ShareOfBodies(long limit) => limit / 4 * 3;
}
