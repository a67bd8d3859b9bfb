using System.Diagnostics.Metrics;

namespace HealthAgent.Memory;

/// <summary>
/// Memory for all bodies held by runs, <c>agent.memory</c>. It has two parts, always reserved in the same order, so that runs cannot
/// deadlock.
/// </summary>
internal sealed class BodyMemory(long limit) : IMetricsSource
{
    private const long MiB = 1024 * 1024;

    private long _failures;

    /// <summary>The configured limit in bytes.</summary>
    public long Limit
    {
        get => Bodies.Limit + Documents.Limit;
        set => (Bodies.Limit, Documents.Limit) = (ShareOfBodies(value), value - ShareOfBodies(value));
    }

    /// <summary>For bodies as received and as text.</summary>
    public MemoryBudget Bodies { get; } = new(ShareOfBodies(limit));

    /// <summary>For JSON that conditions use.</summary>
    public MemoryBudget Documents { get; } = new(limit - ShareOfBodies(limit));

    /// <summary>Use in percent of the limit, of the part that is fuller.</summary>
    public double PercentHeld => 100 * Math.Max((double)Bodies.Held / Bodies.Limit, (double)Documents.Held / Documents.Limit);

    /// <summary>Counts an attempt that failed for lack of memory.</summary>
    public void NoteFailure() => Interlocked.Increment(ref _failures);

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var (waits, failures) = (Waits, Volatile.Read(ref _failures));
        meter.CreateObservableUpDownCounter(
            Names.Metrics.MemoryUsed, () => Bodies.Held + Documents.Held, "By", "Memory held for bodies by runs.");
        meter.CreateObservableUpDownCounter(Names.Metrics.MemoryLimit, () => Limit, "By", "Limit of memory for bodies, agent.memory.");
        meter.CreateObservableCounter(Names.Metrics.MemoryWaits, () => Waits - waits, "{wait}", "Runs that waited for memory.");
        meter.CreateObservableCounter(
            Names.Metrics.MemoryFailures,
                () => Volatile.Read(ref _failures) - failures, "{failure}", "Runs that failed for lack of memory.");
    }

    /// <summary>An eighth of the available memory, between 64 MiB and 1 GiB.</summary>
    /// <param name="available">Memory available to the process in bytes, including a container's limit.</param>
    public static long Default(long available) => Math.Clamp(available / 8, 64 * MiB, 1024 * MiB);

    private long Waits => Bodies.Waits + Documents.Waits;

    private static long ShareOfBodies(long limit) => limit / 4 * 3;
}
