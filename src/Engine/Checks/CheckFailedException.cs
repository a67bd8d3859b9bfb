namespace HealthAgent.Checks;

/// <summary>A fail that the check itself recognized, with its type and with what was observed until then.</summary>
internal sealed class CheckFailedException(
    ErrorType errorType, string message, IReadOnlyDictionary<string, object>? observed = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The outcome's <c>error.type</c>.</summary>
    public ErrorType ErrorType => errorType;

    /// <summary>What was observed before the fail.</summary>
    public IReadOnlyDictionary<string, object> Observed { get; } = observed ?? new Dictionary<string, object>(StringComparer.Ordinal);
}
