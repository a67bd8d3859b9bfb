namespace HealthAgent;

/// <summary>
/// What the agent believes, and how it changes. A service of the application after <c>AddHealthAgent</c>; safe for any number of threads.
/// </summary>
public interface IHealthSnapshots
{
    /// <summary>The snapshot of this moment. Reading it runs no check and waits for nothing.</summary>
    HealthSnapshot Current { get; }

    /// <summary>
    /// The transitions from this call on, as they come, without end. The latest 1,024 are kept: a reader that falls further behind misses
    /// the oldest,
    /// and <see cref="HealthTransition.Missed"/> of the next one says how many. A reader holds up neither the agent nor another reader, and
    /// one that stops reading costs nothing.
    /// </summary>
    /// <remarks>Called before <see cref="Current"/> is read, it misses nothing that the snapshot does not have.</remarks>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The transitions; each enumeration of them begins at this call.</returns>
    IAsyncEnumerable<HealthTransition> Transitions(CancellationToken cancellationToken = default);
}
