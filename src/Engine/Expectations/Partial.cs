namespace HealthAgent.Expectations;

/// <summary>A value of which only the beginning was observed, since a limit cut it.</summary>
/// <param name="Seen">What was observed of it: a value as it is observed whole, such as a text.</param>
internal sealed record Partial(object Seen);
