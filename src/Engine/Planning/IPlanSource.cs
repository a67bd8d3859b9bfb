namespace HealthAgent.Planning;

/// <summary>
/// Where checks come from, and maintenance windows and settings of the agent: a file, code. What all sources have is merged,
/// validated together and taken as one.
/// </summary>
internal interface IPlanSource
{
    /// <summary>What it is called in messages, such as <c>agent.yaml</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Reads all that it has now, one call at a time. What is wrong with it is in the part's errors. With an exception, or when it does not
    /// answer in time, what it had before is kept and it is read again later.
    /// </summary>
    Task<PlanPart> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Watches until it is cancelled; returns at once if it never changes. With an exception it is called again later.
    /// </summary>
    /// <param name="changed">
    /// To be called, from any thread and as often as there is reason, when there may be something else than was read last, also if that
    /// happened before this call. Those who read wait until changes pause.
    /// </param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task WatchAsync(Action changed, TimeProvider clock, CancellationToken cancellationToken);
}
