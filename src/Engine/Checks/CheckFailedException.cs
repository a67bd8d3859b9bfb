namespace HealthAgent.Checks;

/// <summary>
/// A fail that the check itself recognized, with its type and with what was observed until then. A check throws it, and the agent catches
/// it.
/// </summary>
/// <param name="errorType">The outcome's <c>error.type</c>.</param>
/// <param name="message">Why, in words; shown as the reason.</param>
/// <param name="observed">What was observed before the fail, by the names that the kind declares.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class CheckFailedException(
    ErrorType errorType, string message, IReadOnlyDictionary<string, object>? observed = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The outcome's <c>error.type</c>.</summary>
    public ErrorType ErrorType => errorType;

    /// <summary>What was observed before the fail; empty where nothing was.</summary>
    public IReadOnlyDictionary<string, object> Observed { get; } = observed ?? new Dictionary<string, object>(StringComparer.Ordinal);
}
