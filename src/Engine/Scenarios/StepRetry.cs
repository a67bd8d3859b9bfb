namespace HealthAgent.Scenarios;

/// <summary>How a step that failed is retried.</summary>
/// <param name="For">For how long since its first try began.</param>
/// <param name="Every">The time between a failed try and the next.</param>
internal sealed record StepRetry(TimeSpan For, TimeSpan Every)
{
    /// <summary>The pause before the next try; null where its time, or that of all steps, would be over by then. Pure.</summary>
    /// <param name="elapsed">How long the step has taken.</param>
    /// <param name="timeLeft">How much time all steps have left.</param>
    public TimeSpan? Pause(TimeSpan elapsed, TimeSpan timeLeft) => elapsed + Every <= For && Every < timeLeft ? Every : null;
}
