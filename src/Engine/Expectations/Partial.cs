namespace HealthAgent.Expectations;

/// <summary>A value that was truncated by a limit.</summary>
/// <param name="Seen">The part that was observed, of the same type as the whole value.</param>
internal sealed record Partial(object Seen);
