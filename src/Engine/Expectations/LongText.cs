namespace HealthAgent.Expectations;

/// <summary>
/// A text of possibly megabytes in memory that the run releases: conditions read it in place, and only its beginning becomes a
/// <see cref="string"/>.
/// </summary>
/// <param name="text">The text; valid until the run was evaluated.</param>
internal sealed class LongText(ReadOnlyMemory<char> text)
{
    /// <summary>How many UTF-16 units are redacted to show the beginning.</summary>
    public const int MostShown = 16 * 1024;

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<char> Span => text.Span;

    /// <summary>The beginning: one unit more than <see cref="MostShown"/>, so that truncation is visible.</summary>
    public override string ToString() => new(text.Span[..Math.Min(text.Length, MostShown + 1)]);
}
