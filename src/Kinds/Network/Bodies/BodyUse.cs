using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>How much of a body is read, and for what.</summary>
/// <param name="Most">Bytes read at most, after decoding, which also bounds decompression bombs.</param>
/// <param name="Kept">How many of them are kept; the rest is counted and dropped.</param>
/// <param name="IsText">Whether it is used as text.</param>
/// <param name="Json">The parts used as JSON; empty if none.</param>
internal sealed record BodyUse(long Most, long Kept, bool IsText, IReadOnlyList<JsonUse> Json);
