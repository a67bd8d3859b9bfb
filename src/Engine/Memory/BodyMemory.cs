namespace HealthAgent.Memory;

/// <summary>
/// The memory of all bodies and answers that runs hold at once, <c>agent.memory</c>. It has two parts, which a run takes from in this
/// order, so that runs never wait for each other in a circle.
/// </summary>
internal sealed class BodyMemory(long limit)
{
    private const long MiB = 1024 * 1024;

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

    /// <summary>An eighth of the memory that the process may use, from 64 MiB to 1 GiB.</summary>
    /// <param name="available">That memory, in bytes: the runtime knows the limit of a container too.</param>
    public static long Default(long available) => Math.Clamp(available / 8, 64 * MiB, 1024 * MiB);

    private static long ShareOfBodies(long limit) => limit / 4 * 3;
}
